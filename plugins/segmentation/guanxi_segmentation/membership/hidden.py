"""Hidden segments: behind "has been so for at least", and behind the classes of schemes.

They are evaluated like all others, but nobody sees them in a list and nothing is announced.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi.sdk import new_id
from guanxi_segmentation.membership.clearing import clear, forget_stays
from guanxi_segmentation.models import Segment
from guanxi_segmentation.rules import InvalidRule, Rule, document, mentions, read


def put_hidden(
    session: Session,
    key: str,
    kind: Literal["class", "held"],
    rule: Mapping[str, Any],
    *,
    titles: tuple[str, str] | None = None,
    now: datetime,
) -> Segment:
    """Make a hidden segment, or give it another rule; it is built by the next ``build``.

    Whoever calls it for a class holds ``locking.edit_definitions`` and calls :func:`settle_held`
    and ``jobs.ask_build`` at the end.
    """
    en, zh = titles or (key, key)
    found = session.scalars(select(Segment).where(Segment.key == key)).one_or_none()
    if found is None:
        found = Segment(
            id=new_id(),
            key=key,
            kind=kind,
            title_en=en,
            title_zh=zh,
            description=None,
            rule=dict(rule),
            rule_version=1,
            state="active",
            announce=False,
            problem=None,
            building="quiet",
            members=0,
            evaluated_at=None,
            created_at=now,
            changed_at=now,
            changed_by="segmentation",
            version=1,
        )
        session.add(found)
    else:
        if found.rule != dict(rule):
            found.rule, found.rule_version = dict(rule), found.rule_version + 1
            found.building, found.problem = "quiet", None
        found.title_en, found.title_zh, found.changed_at = en, zh, now
    session.flush()
    return found


def drop_hidden(session: Session, keys: Iterable[str], *, now: datetime) -> None:
    """Remove hidden segments with their members."""
    found = session.scalars(
        select(Segment)
        .where(Segment.key.in_(list(keys)), Segment.kind.in_(("class", "held")))
        .order_by(Segment.id)
        .with_for_update()
    ).all()
    for one in found:
        clear(session, one, now=now)
    forget_stays(session, [one.id for one in found])
    session.execute(delete(Segment).where(Segment.id.in_([one.id for one in found])))


def settle_held(session: Session, *, now: datetime) -> None:
    """Make the hidden segments that rules need for "has been so for", drop those of no rule."""
    session.flush()
    segments = session.scalars(select(Segment).where(Segment.state == "active")).all()
    wanted: dict[str, Rule] = {}
    for one in segments:
        if one.kind in ("rule", "class") and one.rule is not None:
            wanted |= _held_in(one.rule)
    present = {one.key for one in segments if one.kind == "held"}
    for key in sorted(wanted.keys() - present):
        put_hidden(session, key, "held", document(wanted[key]), now=now)
    drop_hidden(session, present - wanted.keys(), now=now)


def begins_now(session: Session, rules: Iterable[Rule]) -> bool:
    """Say whether a "has been so for" of these rules is new: it counts from when they are saved.

    Nobody has been so for long enough yet, whatever was the case before.
    """
    wanted = {key for rule in rules for key in _held_below(rule)}
    present = select(Segment.key).where(Segment.kind == "held", Segment.key.in_(wanted))
    return bool(wanted) and bool(wanted.difference(session.scalars(present)))


def _held_in(stored: Any) -> dict[str, Rule]:
    try:
        return _held_below(read(stored))
    except InvalidRule:
        return {}


def _held_below(rule: Rule) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for held in mentions(rule).held:
        found |= {held.key: held.rule, **_held_below(held.rule)}
    return found
