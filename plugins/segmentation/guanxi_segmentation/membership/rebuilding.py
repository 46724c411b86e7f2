"""Work out membership of everybody in SQL: all segments, or those that are new."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_segmentation.membership import counts, locking, problems, sweeping
from guanxi_segmentation.membership.book import Entry, read_book
from guanxi_segmentation.membership.bulk import BulkEvaluation, Judge, Scope
from guanxi_segmentation.membership.clearing import clear
from guanxi_segmentation.models import Segment
from guanxi_segmentation.rules import Context

_GONE: Final = text(
    """
    WITH away AS (
        SELECT id FROM customers WHERE merged_into IS NOT NULL
        UNION ALL SELECT id FROM customers WHERE erased_at IS NOT NULL
    ), gone AS (
        UPDATE segmentation_memberships m
        SET left_at = greatest(:at, m.entered_at), left_cause = 'merged'
        FROM away WHERE m.customer_id = away.id AND m.left_at IS NULL
        RETURNING m.segment_id
    ), counted AS (
        INSERT INTO segmentation_member_deltas (segment_id, delta)
        SELECT segment_id, -count(*) FROM gone GROUP BY segment_id
    )
    DELETE FROM segmentation_states s USING away WHERE s.customer_id = away.id
    """
)
_BUILT: Final = text(
    """
    UPDATE segmentation_segments s
    SET building = NULL, problem = NULL, evaluated_at = greatest(s.evaluated_at, :at)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) n(id, version)
    WHERE s.id = n.id AND s.rule_version = n.version
    """
)
_LOOKED_AT: Final = text("UPDATE segmentation_states SET touched = NULL WHERE touched IS NOT NULL")


def ask_rebuild(session: Session) -> bool:
    """Queue a rebuild of everything; False where one waits already."""
    return run_job(session, "segmentation", "rebuild")


def rebuild(
    session: Session,
    *,
    as_of: datetime,
    cause: str = "changed",
    only: Callable[[Entry], bool] | None = None,
    judge: Judge | None = None,
) -> int:
    """Work out everybody's membership anew; return how many memberships changed.

    Instants that passed are made up for first, each as of itself.

    :param only: look at these segments, and at all that mention them.
    :param judge: looks at who would move, before anything is written.
    """
    locking.own_evaluation(session)
    locking.ensure_states(session)
    session.execute(_GONE, {"at": as_of})
    sweeping.catch_up_all(session, as_of=as_of)
    book = read_book(session)
    problems.note_problems(session, book)
    keys = book.entries.keys() if only is None else book.depending(only)
    evaluation = BulkEvaluation(session, book, Context.of(session), as_of=as_of, cause=cause)
    moved = evaluation.run(Scope(None, keys, whole=only is None), judge)
    done = [entry for level in book.among(keys) for entry in level]
    _finish(session, done, evaluation.failed, as_of)
    if only is None:
        session.execute(_LOOKED_AT)
    return moved


def build(session: Session, *, as_of: datetime) -> dict[str, Any]:
    """Work out the segments that are new or were edited, and empty those put away."""
    _empty_archived(session, as_of)
    problems.note_problems(session, read_book(session))
    book = read_book(session)
    waiting = [entry.key for entry in book.entries.values() if entry.works and not _done(entry)]
    if not waiting:
        return {"built": 0}
    moved = rebuild(session, as_of=as_of, only=lambda entry: entry.key in waiting)
    return {"built": len(waiting), "moved": moved}


def _done(entry: Entry) -> bool:
    return entry.building is None


def _empty_archived(session: Session, as_of: datetime) -> None:
    archived = session.scalars(
        select(Segment).where(Segment.state == "archived", Segment.building.is_not(None))
    ).all()
    if archived:
        locking.own_evaluation(session)
    for segment in archived:
        clear(session, segment, now=as_of)
        segment.building = None
    session.flush()


def _finish(session: Session, done: list[Entry], failed: set[str], as_of: datetime) -> None:
    good = [entry for entry in done if entry.key not in failed]
    session.execute(
        _BUILT,
        {
            "ids": [str(entry.id) for entry in good],
            "versions": [entry.rule_version for entry in good],
            "at": as_of,
        },
    )
    counts.fold(session)
    session.expire_all()
