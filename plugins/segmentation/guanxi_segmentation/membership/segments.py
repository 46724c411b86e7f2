"""What people do with segments: make, change, archive, restore, delete, copy.

A segment whose rule is new is *being built* (``Segment.building``) until the job ``build`` has
looked at all customers; until then it keeps the members that it had.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, new_id, record, write_context
from guanxi_segmentation.membership import counts, drafts
from guanxi_segmentation.membership.checking import checked_rule
from guanxi_segmentation.membership.clearing import clear, forget_stays
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.membership.editing import (
    add,
    ask_build,
    locked,
    remember,
    settle,
    told,
    touch,
)
from guanxi_segmentation.membership.finding import get, listed, rule_versions
from guanxi_segmentation.membership.locking import edit_definitions
from guanxi_segmentation.membership.usage import require_unused
from guanxi_segmentation.models import Pin, Segment
from guanxi_segmentation.texts import N_

__all__ = [
    "CHANGEABLE",
    "archive",
    "change",
    "clone",
    "create",
    "delete",
    "get",
    "listed",
    "restore",
    "rule_versions",
]

CHANGEABLE: Final = frozenset({"title_en", "title_zh", "description", "announce", "rule"})
AT_ONCE: Final = 10_000
"""So many members may leave in the transaction of a person; for more there is the job."""


def create(session: Session, draft: SegmentDraft, *, now: datetime) -> Segment:
    """Make a segment and queue its first build.

    :raises Invalid: key, title or rule do not do, with the place in the rule.
    :raises Conflict: the key is taken, or the rule leads back to itself.
    """
    edit_definitions(session)
    title_en, title_zh = drafts.checked_titles(draft.title_en, draft.title_zh)
    key = _free_key(session, draft.key, title_en)
    rule = None if draft.rule is None else checked_rule(session, draft.rule, key)
    segment = Segment(
        id=new_id(),
        key=key,
        kind="static" if rule is None else "rule",
        title_en=title_en,
        title_zh=title_zh,
        description=drafts.checked_description(draft.description),
        rule=rule,
        rule_version=1,
        state="active",
        announce=draft.announce,
        problem=None,
        building=None if rule is None else _manner(announced=draft.announce_build),
        members=0,
        evaluated_at=now if rule is None else None,
        created_at=now,
        changed_at=now,
        changed_by=write_context(session).actor.name,
        version=1,
    )
    add(session, segment)
    record(session, "segmentation.segment_created", ("segment", key), after=told(segment))
    settle(session, segment, now=now)
    return segment


def change(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    announce_build: bool = False,
    now: datetime,
) -> Segment:
    """Set ``title_en``, ``title_zh``, ``description``, ``announce`` or ``rule`` of a segment.

    Nothing is written, and the version stays, where nothing differs. A new rule is a new version
    of it; the segment is built anew.

    :param expected_version: the version that the person saw.
    :param announce_build: announce who enters and leaves by the new rule.
    :raises PreconditionFailed: somebody changed it since.
    """
    edit_definitions(session)
    segment = locked(session, key, expected_version)
    wanted = _checked_changes(session, segment, changes)
    differs = {name for name, value in wanted.items() if getattr(segment, name) != value}
    before = {name: getattr(segment, name) for name in differs}
    if not before:
        return segment
    for name in before:
        setattr(segment, name, wanted[name])
    if "rule" in before:
        segment.rule_version += 1
        segment.problem = None
        segment.building = _manner(announced=announce_build)
    after = {name: wanted[name] for name in before}
    touch(session, segment, "segmentation.segment_changed", before=before, after=after, now=now)
    if "rule" in before:
        remember(session, segment, now)
    settle(session, segment, now=now)
    return segment


def archive(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Segment:
    """Put a segment away; its members leave it, its history stays.

    :raises Conflict: other rules use it; the sentence says which.
    """
    edit_definitions(session)
    segment = locked(session, key, expected_version)
    if segment.state == "archived":
        return segment
    require_unused(session, key)
    segment.state, segment.problem, segment.building = "archived", None, "quiet"
    if counts.of(session, segment.id) <= AT_ONCE:
        clear(session, segment, now=now)
        segment.building = None
    touch(session, segment, "segmentation.segment_archived", now=now)
    settle(session, segment, now=now)
    return segment


def restore(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Segment:
    """Take a segment out of the archive and build it.

    :raises Invalid: its rule mentions what is not there any more.
    """
    edit_definitions(session)
    segment = locked(session, key, expected_version)
    if segment.state == "active":
        return segment
    if segment.rule is not None:
        checked_rule(session, segment.rule, key)
    segment.state, segment.building = "active", "quiet"
    touch(session, segment, "segmentation.segment_restored", now=now)
    settle(session, segment, now=now)
    return segment


def delete(session: Session, key: str, *, now: datetime) -> None:
    """Remove a segment with its history.

    :raises Conflict: other rules use it (the sentence says which), or it has too many members to
        let them leave at once; archive it first.
    """
    edit_definitions(session)
    segment = get(session, key, lock=True)
    require_unused(session, key)
    if counts.of(session, segment.id) > AT_ONCE:
        raise Conflict(
            N_("%(key)s has very many members. Archive it; when they have left, delete it."),
            key=key,
        )
    session.refresh(segment, with_for_update=True)  # nobody works out its members from now on
    clear(session, segment, now=now)
    forget_stays(session, [segment.id])
    record(session, "segmentation.segment_deleted", ("segment", key), before=told(segment))
    session.delete(segment)
    settle(session, None, now=now)


def clone(session: Session, key: str, draft: SegmentDraft, *, now: datetime) -> Segment:
    """Make a segment with the rule of another, and its pins where it is a list by hand.

    ``draft.rule`` does not matter; an empty title becomes that of the original.
    """
    original = get(session, key)
    made = create(
        session,
        replace(
            draft,
            title_en=draft.title_en or original.title_en,
            title_zh=draft.title_zh or original.title_zh,
            description=draft.description or original.description,
            rule=original.rule,
        ),
        now=now,
    )
    if original.kind == "static":
        _copy_pins(session, original, made)
    return made


def _checked_changes(
    session: Session, segment: Segment, changes: Mapping[str, Any]
) -> dict[str, Any]:
    unknown = sorted(changes.keys() - CHANGEABLE)
    if unknown:
        raise Invalid(N_("%(name)s of a segment cannot be changed."), name=unknown[0][:80])
    wanted = dict(changes)
    if "title_en" in wanted or "title_zh" in wanted:
        wanted["title_en"], wanted["title_zh"] = drafts.checked_titles(
            wanted.get("title_en", segment.title_en), wanted.get("title_zh", segment.title_zh)
        )
    if "description" in wanted:
        wanted["description"] = drafts.checked_description(wanted["description"])
    if "announce" in wanted:
        wanted["announce"] = bool(wanted["announce"])
    if "rule" in wanted:
        wanted["rule"] = _checked_new_rule(session, segment, wanted["rule"])
    return wanted


def _checked_new_rule(session: Session, segment: Segment, rule: Any) -> Any:
    if (rule is None) != (segment.kind == "static"):
        raise Invalid(N_("A list by hand has no rule, and every other segment has one."))
    return None if rule is None else checked_rule(session, rule, segment.key)


def _copy_pins(session: Session, original: Segment, made: Segment) -> None:
    copied = select(
        literal(made.id), Pin.customer_id, Pin.included, Pin.reason, Pin.at, Pin.actor_name
    ).where(Pin.segment_id == original.id)
    columns = ["segment_id", "customer_id", "included", "reason", "at", "actor_name"]
    session.execute(insert(Pin).from_select(columns, copied))
    made.building = "quiet"
    session.flush()
    ask_build(session)


def _manner(*, announced: bool) -> str:
    return "announced" if announced else "quiet"


def _free_key(session: Session, wanted: str | None, title: str) -> str:
    if wanted is not None:
        return drafts.checked_key(wanted)
    base = drafts.key_from(title)
    taken = set(session.scalars(select(Segment.key).where(Segment.key.startswith(base))))
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (base, *numbered) if key not in taken)
