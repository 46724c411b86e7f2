"""Compare what is stored with a full evaluation, mend and report any difference (差异审计).

A difference is drift unless something explains it: an event that waits to be delivered, or an
attribute of another plugin, which may change without an event.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import record, undelivered
from guanxi_segmentation.membership import backlog, inputs, locking, rebuilding
from guanxi_segmentation.membership.book import Book, Entry, read_book
from guanxi_segmentation.models import Audit

log = structlog.get_logger(__name__)

_MOVED: Final = text(
    "SELECT DISTINCT customer_id FROM segmentation_moves WHERE NOT key = ANY(:free)"
)
_EXPLAINED: Final = text(
    """
    UPDATE segmentation_moves SET cause = 'audit'
    WHERE NOT key = ANY(:free) AND cause = 'changed'
      AND customer_id <> ALL(CAST(:explained AS uuid[]))
    """
)
_DRIFT: Final = text(
    "SELECT key, entered, count(*) FROM segmentation_moves WHERE cause = 'audit' "
    "GROUP BY key, entered ORDER BY key"
)
_MIRROR: Final = text(
    """
    WITH held AS (
        SELECT m.customer_id,
               array_agg(s.key ORDER BY s.key COLLATE "C")
                   FILTER (WHERE s.kind IN ('rule', 'static')) AS keys,
               array_agg(s.key ORDER BY s.key COLLATE "C")
                   FILTER (WHERE s.kind IN ('class', 'held')) AS hidden
        FROM segmentation_memberships m JOIN segmentation_segments s ON s.id = m.segment_id
        WHERE m.left_at IS NULL GROUP BY m.customer_id
    ), mended AS (
        UPDATE segmentation_states t SET segments = n.keys, hidden = n.hidden
        FROM (
            SELECT t.customer_id, coalesce(h.keys, '{}') AS keys, coalesce(h.hidden, '{}') AS hidden
            FROM segmentation_states t LEFT JOIN held h USING (customer_id)
            WHERE t.segments <> coalesce(h.keys, '{}') OR t.hidden <> coalesce(h.hidden, '{}')
        ) n WHERE t.customer_id = n.customer_id RETURNING 1
    )
    SELECT count(*) FROM mended
    """
)
_COUNTS: Final = text(
    """
    WITH gone AS (DELETE FROM segmentation_member_deltas RETURNING segment_id, delta),
    known AS (
        SELECT s.id, s.members + coalesce((SELECT sum(delta) FROM gone g
                                           WHERE g.segment_id = s.id), 0) AS number
        FROM segmentation_segments s
    ), counted AS (
        SELECT s.id, count(m.customer_id) AS number FROM segmentation_segments s
        LEFT JOIN segmentation_memberships m ON m.segment_id = s.id AND m.left_at IS NULL
        GROUP BY s.id
    ), mended AS (
        UPDATE segmentation_segments s SET members = c.number FROM counted c WHERE c.id = s.id
    )
    SELECT count(*) FROM known k JOIN counted c USING (id) WHERE k.number <> c.number
    """
)


def audit(session: Session, *, as_of: datetime) -> Audit:
    """Compare, mend, and note how much differed; more than nothing is an alarm."""
    locking.own_evaluation(session)
    mirror = int(session.execute(_MIRROR).scalar_one())
    judge = _Judge(read_book(session), backlog.everybody(session))
    rebuilding.rebuild(session, as_of=as_of, judge=judge)
    counted = int(session.execute(_COUNTS).scalar_one())
    customers = session.execute(text("SELECT count(*) FROM segmentation_states")).scalar_one()
    detail = {"segments": judge.detail, "states": mirror, "counts": counted}
    drift = mirror + counted + sum(sum(found.values()) for found in judge.detail.values())
    found = Audit(at=as_of, customers=customers, drift=drift, detail=detail)
    session.add(found)
    session.flush()
    if drift:
        log.error("segmentation.drift", drift=drift, detail=detail)
        record(session, "segmentation.drift", ("segmentation", "audit"), after=detail)
    return found


def latest_audit(session: Session) -> Audit | None:
    """Return the last comparison."""
    return session.scalars(select(Audit).order_by(Audit.id.desc()).limit(1)).one_or_none()


class _Judge:
    """Looks at the moves: which of them nothing explains.

    :param waiting: of whom something had changed that was not looked at when the audit began.
    """

    def __init__(self, book: Book, waiting: set[UUID]) -> None:
        self._waiting = waiting
        self._free = sorted(book.depending(_may_change_unseen) | _not_ready(book))
        self._counted = any(map(inputs.counts, book.entries.values()))
        self.detail: dict[str, dict[str, int]] = {}

    def __call__(self, session: Session) -> None:
        free = {"free": self._free}
        moved = list(session.scalars(_MOVED, free))
        explained = undelivered(session, moved, "segmentation")
        explained |= (self._waiting | backlog.everybody(session)) & set(moved)
        if self._counted:
            explained |= undelivered(session, moved)
        values = {**free, "explained": [str(one) for one in explained]}
        session.execute(_EXPLAINED, values)
        for key, entered, number in session.execute(_DRIFT):
            found = self.detail.setdefault(key, {"missing": 0, "too_many": 0})
            found["missing" if entered else "too_many"] += number


def _may_change_unseen(entry: Entry) -> bool:
    return inputs.Touched(plugins=True).concerns(entry)


def _not_ready(book: Book) -> frozenset[str]:
    return book.depending(lambda entry: not entry.ready)
