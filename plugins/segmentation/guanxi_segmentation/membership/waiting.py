"""What waits for what: segments, classes by rules, and the attributes that follow from classes.

A rule may ask for a segment, or for ``segmentation.class_X``; the classes of X may have rules that
ask for segments in their turn. Whatever leads back to itself has no answer and is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict
from guanxi_segmentation.company import company
from guanxi_segmentation.membership.levels import circle
from guanxi_segmentation.membership.usage import all_attributes, all_segments
from guanxi_segmentation.models import Scheme, SchemeClass, Segment
from guanxi_segmentation.rules import InvalidRule, Rule, read
from guanxi_segmentation.setting_lines import parse_key_account
from guanxi_segmentation.texts import N_

CLASS: Final = "segmentation.class_"
KEY_ACCOUNT: Final = "segmentation.key_account"
TREATMENT: Final = tuple(
    f"segmentation.{name}"
    for name in (
        "service_level", "offer_band", "cadence_days", "preferred_channel", "looked_after_by",
    )
)  # fmt: skip
"""Attributes that the class of the primary scheme decides."""


def require_no_circle(session: Session, start: str, rule: Rule | None = None) -> None:
    """Refuse what waits for itself.

    :param start: the key of a segment, or the attribute ``segmentation.class_SCHEME``.
    :param rule: the rule that the segment is to have; None: everything is stored already.
    :raises Conflict: the sentence names the way from ``start`` back to it.
    """
    needs = dict(_needs(session))
    if rule is not None:
        needs[start] = _asked(rule)
    way = circle(needs, start)
    if way is not None:
        raise _leads_back(way)


def _leads_back(way: Sequence[str]) -> Conflict:
    return Conflict(N_("This rule leads back to itself: %(way)s."), way=" → ".join(way))


def _needs(session: Session) -> Iterator[tuple[str, frozenset[str]]]:
    segments = select(Segment.key, Segment.rule).where(
        Segment.kind == "rule", Segment.state == "active"
    )
    for key, stored in session.execute(segments):
        yield key, _stored(stored)
    schemes = session.scalars(select(Scheme).where(Scheme.state == "active")).all()
    yield from _of_schemes(session, schemes)
    yield "segmentation.tier", frozenset({f"{CLASS}tiers"})
    yield from ((name, _primary(schemes)) for name in TREATMENT)
    yield KEY_ACCOUNT, _key_accounts(session)


def _of_schemes(
    session: Session, schemes: Iterable[Scheme]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each scheme by its attribute, and its classes by rules as ``scheme/class``."""
    for scheme in schemes:
        rules = {
            f"{scheme.key}/{key}": _stored(rule)
            for key, rule in session.execute(
                select(SchemeClass.key, SchemeClass.rule).where(
                    SchemeClass.scheme_id == scheme.id,
                    SchemeClass.archived.is_(False),
                    SchemeClass.rule.is_not(None),
                )
            )
        }
        yield from rules.items()
        follows = {f"{CLASS}{scheme.options['of']}"} if scheme.kind == "mapped" else set()
        yield f"{CLASS}{scheme.key}", frozenset(rules) | follows


def _primary(schemes: Iterable[Scheme]) -> frozenset[str]:
    return frozenset(f"{CLASS}{one.key}" for one in schemes if one.is_primary)


def _key_accounts(session: Session) -> frozenset[str]:
    found = parse_key_account(company(session).settings["key_account_by"])
    named = (found.segment, found.scheme and f"{CLASS}{found.scheme}")
    return frozenset(one for one in named if one)


def _stored(document: Mapping[str, Any] | None) -> frozenset[str]:
    try:
        return frozenset() if document is None else _asked(read(document))
    except InvalidRule:
        return frozenset()


def _asked(rule: Rule) -> frozenset[str]:
    return all_segments(rule) | all_attributes(rule)
