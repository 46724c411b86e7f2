"""Work out membership of everybody in SQL, at once: all segments, or those that are new.

For very many customers ``batches.py`` takes the same steps one after the other.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_segmentation.membership import backlog, counts, locking, problems, sweeping
from guanxi_segmentation.membership.book import Book, Entry, read_book
from guanxi_segmentation.membership.bulk import EVERYBODY, BulkEvaluation, Judge, Scope
from guanxi_segmentation.membership.clearing import clear
from guanxi_segmentation.membership.refreshing import refresh_locked
from guanxi_segmentation.models import Segment
from guanxi_segmentation.rules import Context, Span

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
    """Work out everybody's membership anew, at once; return how many memberships changed.

    Instants that passed are made up for first, each as of itself.

    :param only: look at these segments, and at all that mention them.
    :param judge: looks at who would move, before anything is written.
    """
    prepare(session, as_of=as_of)
    book = read_book(session)
    keys = book.entries.keys() if only is None else book.depending(only)
    if only is None:
        backlog.take_span(session, None, None)
    worked = work_out(session, book, keys, EVERYBODY, as_of=as_of, cause=cause, judge=judge)
    done = [e for level in book.among(keys) for e in level if e.key not in worked.failed]
    settle(session, done, as_of=as_of)
    return worked.moved


def prepare(session: Session, *, as_of: datetime) -> None:
    """Have the evaluation for oneself, and everything that passed made up for."""
    locking.own_evaluation(session)
    session.execute(_GONE, {"at": as_of})
    sweeping.catch_up_all(session, as_of=as_of)
    problems.note_problems(session, read_book(session))


class Worked(NamedTuple):
    """How many memberships changed, and the keys of segments that could not be evaluated."""

    moved: int
    failed: frozenset[str]


def work_out(
    session: Session,
    book: Book,
    keys: Collection[str],
    customers: Span,
    *,
    as_of: datetime,
    cause: str,
    judge: Judge | None = None,
) -> Worked:
    """Work out segments for a span of customers; nobody as of an earlier instant than before."""
    context, at = Context.of(session), max(filter(None, (as_of, book.looked_at)))
    evaluation = BulkEvaluation(session, book, context, as_of=at, cause=cause)
    moved = evaluation.run(Scope(customers, keys, whole=book.ready <= set(keys)), judge)
    failed = frozenset(evaluation.failed)
    if evaluation.later:
        sane = set(keys) - failed
        later = evaluation.later
        moved += refresh_locked(session, book, later, as_of=at, cause=cause, keys=sane)
    return Worked(moved, failed)


def settle(session: Session, done: Iterable[Entry], *, as_of: datetime) -> None:
    """Note that everybody was looked at for some segments."""
    good = list(done)
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


def empty_archived(session: Session, *, as_of: datetime) -> None:
    """Let the members of segments leave that were put away."""
    archived = session.scalars(
        select(Segment).where(Segment.state == "archived", Segment.building.is_not(None))
    ).all()
    if archived:
        locking.own_evaluation(session)
    for segment in archived:
        clear(session, segment, now=as_of)
        segment.building = None
    session.flush()


def waiting(session: Session) -> frozenset[str]:
    """Return the keys of segments that are new or were edited, and can be built."""
    problems.note_problems(session, read_book(session))
    book = read_book(session)
    return frozenset(e.key for e in book.entries.values() if e.works and e.building is not None)


def build(session: Session, *, as_of: datetime) -> dict[str, Any]:
    """Work out at once what is new or was edited, and empty what was put away."""
    empty_archived(session, as_of=as_of)
    keys = waiting(session)
    if not keys:
        return {"built": 0}
    moved = rebuild(session, as_of=as_of, only=lambda entry: entry.key in keys)
    return {"built": len(keys), "moved": moved}
