"""What every edit of a segment begins and ends with: locked as it was seen, remembered, settled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Conflict,
    PreconditionFailed,
    announce_change,
    record,
    run_job,
    write_context,
)
from guanxi_segmentation.membership.finding import get
from guanxi_segmentation.membership.hidden import settle_held
from guanxi_segmentation.models import RuleVersion, Segment
from guanxi_segmentation.texts import N_


def locked(session: Session, key: str, expected: int | None) -> Segment:
    """Return a segment that nobody else changes until the commit.

    :raises PreconditionFailed: it is not in the version that was ``expected``.
    """
    segment = get(session, key, lock=True)
    if expected is not None and segment.version != expected:
        raise PreconditionFailed(
            N_(
                "Somebody changed this segment since you read it. "
                "Read it again and repeat your change."
            )
        )
    return segment


def add(session: Session, segment: Segment) -> None:
    """Store a new segment with its first rule.

    :raises Conflict: the key is taken.
    """
    try:
        with session.begin_nested():
            session.add(segment)
            session.flush()
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise Conflict(
                N_("There is a segment %(key)s already. Choose another key."), key=segment.key
            ) from error
        raise
    remember(session, segment, segment.created_at)


def remember(session: Session, segment: Segment, now: datetime) -> None:
    """Keep the rule that a segment has now; memberships name its version."""
    session.add(
        RuleVersion(
            segment_id=segment.id,
            version=segment.rule_version,
            rule=segment.rule,
            at=now,
            actor_name=write_context(session).actor.name,
        )
    )


def touch(
    session: Session,
    segment: Segment,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Give a segment its next version, by whoever acts now, and write the audit entry."""
    segment.version += 1
    segment.changed_at = now
    segment.changed_by = write_context(session).actor.name
    record(session, action, ("segment", segment.key), before=before, after=after)


def settle(session: Session, segment: Segment | None, *, now: datetime) -> None:
    """Do what every edit ends with: hidden segments, what is offered, the build."""
    session.flush()
    settle_held(session, now=now)
    announce_change(session)
    if segment is None or segment.building is not None:
        ask_build(session)


def ask_build(session: Session) -> None:
    """Queue the job that builds what is new."""
    run_job(session, "segmentation", "build")


def told(segment: Segment) -> dict[str, Any]:
    """Return what the audit entry says of a segment."""
    names = ("title_en", "title_zh", "description", "rule", "announce")
    return {name: getattr(segment, name) for name in names}
