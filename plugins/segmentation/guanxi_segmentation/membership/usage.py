"""Who uses a segment: rules of other segments, classes of schemes, the setting of key accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict
from guanxi_segmentation.company import company
from guanxi_segmentation.models import Segment
from guanxi_segmentation.rules import InvalidRule, Rule, mentions, read
from guanxi_segmentation.setting_lines import parse_key_account
from guanxi_segmentation.texts import N_


@dataclass(frozen=True, slots=True)
class Use:
    """What asks for a segment: another segment, a class (``scheme/class``), or a setting."""

    kind: Literal["segment", "class", "setting"]
    key: str
    title_en: str
    title_zh: str


KEY_ACCOUNTS: Final = Use("setting", "key_account_by", "Key accounts are", "重点客户来自")
"""The setting that makes the members of a segment key accounts, with its title."""


def uses_of(session: Session, key: str) -> Sequence[Use]:
    """Return what asks for the segment ``key``, also inside of "has been so for", by title."""
    segments = session.scalars(
        select(Segment)
        .where(Segment.kind.in_(("rule", "class")), Segment.state == "active", Segment.key != key)
        .order_by(Segment.title_en)
    )
    found = [_use(one) for one in segments if one.rule is not None and key in mentioned(one.rule)]
    named = parse_key_account(company(session).settings["key_account_by"]).segment
    return [*found, KEY_ACCOUNTS] if named == key else found


def _use(one: Segment) -> Use:
    if one.kind == "rule":
        return Use("segment", one.key, one.title_en, one.title_zh)
    scheme_and_class = one.key.removeprefix("class_").replace("__", "/")
    return Use("class", scheme_and_class, one.title_en, one.title_zh)


def require_unused(session: Session, key: str) -> None:
    """Refuse to take away what others need.

    :raises Conflict: a rule mentions the segment; the sentence says which.
    """
    uses = uses_of(session, key)
    if uses:
        raise Conflict(
            N_("%(key)s is used by %(uses)s. Change these first."),
            key=key,
            uses=", ".join(f"{use.title_en} ({use.key})" for use in uses),
        )


def mentioned(document: Any) -> frozenset[str]:
    """Return the keys of all segments that a stored rule mentions, however deep."""
    try:
        return all_segments(read(document))
    except InvalidRule:
        return frozenset()


def all_segments(rule: Rule) -> frozenset[str]:
    """Return the keys of all segments that a rule mentions, also inside of "has been so for"."""
    found = mentions(rule)
    inner = (all_segments(held.rule) for held in found.held)
    return found.segments.union(*inner)


def all_attributes(rule: Rule) -> frozenset[str]:
    """Return the keys of all attributes that a rule mentions, however deep."""
    found = mentions(rule)
    inner = (all_attributes(held.rule) for held in found.held)
    return found.attributes.union(*inner)
