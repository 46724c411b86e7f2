"""Write who enters and leaves: stays, counts, where customers stand, in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Dialect, text
from sqlalchemy.orm import Session

from guanxi.sdk import Ready, append, fetch_together
from guanxi_segmentation.events import SegmentEntered, SegmentLeft
from guanxi_segmentation.membership.book import Entry
from guanxi_segmentation.membership.drafts import is_hidden

QUIET: Final = frozenset({"built", "rule"})
"""Causes that are announced only when asked for."""

_WRITE: Final = """
    WITH moved AS (
        SELECT * FROM unnest(
            CAST(:segments AS uuid[]), CAST(:customers AS uuid[]), CAST(:entered AS boolean[]),
            CAST(:instants AS timestamptz[]), CAST(:causes AS text[]), CAST(:versions AS bigint[])
        ) m(segment_id, customer_id, entered, at, cause, version)
    ), gone AS (
        UPDATE segmentation_memberships s
        SET left_at = greatest(m.at, s.entered_at), left_cause = m.cause FROM moved m
        WHERE NOT m.entered AND s.segment_id = m.segment_id AND s.customer_id = m.customer_id
          AND s.left_at IS NULL
    ), come AS (
        INSERT INTO segmentation_memberships
            (segment_id, customer_id, entered_at, entered_cause, rule_version)
        SELECT there.id, m.customer_id, m.at, m.cause, m.version
        FROM moved m LEFT JOIN LATERAL (
            SELECT s.id FROM segmentation_segments s WHERE s.id = m.segment_id FOR KEY SHARE
        ) there ON true
        WHERE m.entered
    ), counted AS (
        INSERT INTO segmentation_member_deltas (segment_id, delta)
        SELECT segment_id, sum(CASE WHEN entered THEN 1 ELSE -1 END) FROM moved
        GROUP BY segment_id HAVING sum(CASE WHEN entered THEN 1 ELSE -1 END) <> 0
        ORDER BY segment_id
    )
    UPDATE segmentation_states s
    SET segments = string_to_array(n.segments, ','),
        hidden = string_to_array(n.hidden, ','), next_check_at = n.next_check_at,
        checked_at = n.checked_at
    FROM unnest(
        CAST(:states AS uuid[]), CAST(:keys AS text[]), CAST(:hidden AS text[]),
        CAST(:checks AS timestamptz[]), CAST(:seen AS timestamptz[])
    ) n(customer_id, segments, hidden, next_check_at, checked_at)
    WHERE s.customer_id = n.customer_id
    """
"""Where a segment was deleted meanwhile, the insert fails for want of its id."""
_STAND: Final = """
    UPDATE segmentation_states s
    SET next_check_at = n.next_check_at, checked_at = n.checked_at
    FROM unnest(
        CAST(:states AS uuid[]), CAST(:checks AS timestamptz[]), CAST(:seen AS timestamptz[])
    ) n(customer_id, next_check_at, checked_at)
    WHERE s.customer_id = n.customer_id
    """


@dataclass(frozen=True, slots=True)
class Move:
    """A customer enters a segment, or leaves it, at an instant."""

    entry: Entry
    customer_id: UUID
    entered: bool
    at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands after all moves: keys of segments, when to look again, as of when."""

    segments: Collection[str]
    next_check_at: datetime | None
    checked_at: datetime


def write(session: Session, moves: Sequence[Move], standings: Mapping[UUID, Standing]) -> None:
    """Write moves, of which there is at most one per customer and segment, and standings."""
    values: dict[str, Any] = {
        "states": list(standings),
        "checks": [one.next_check_at for one in standings.values()],
        "seen": [one.checked_at for one in standings.values()],
    }
    statement = _STAND
    if moves:
        statement = _WRITE
        values |= {
            "segments": [move.entry.id for move in moves],
            "customers": [move.customer_id for move in moves],
            "entered": [move.entered for move in moves],
            "instants": [move.at for move in moves],
            "causes": [move.cause for move in moves],
            "versions": [move.entry.rule_version for move in moves],
            "keys": [_joined(one.segments, hidden=False) for one in standings.values()],
            "hidden": [_joined(one.segments, hidden=True) for one in standings.values()],
        }
    fetch_together(session, [(_ready(statement, session.get_bind().dialect), values)])


@lru_cache(maxsize=8)
def _ready(statement: str, dialect: Dialect) -> Ready:
    return Ready(text(statement), dialect)


def _joined(keys: Collection[str], *, hidden: bool) -> str:
    return ",".join(sorted(key for key in keys if is_hidden(key) == hidden))


def announce(session: Session, moves: Iterable[Move]) -> None:
    """Append the events of moves in segments that are announced."""
    for move in moves:
        if move.entry.announces and (move.cause not in QUIET or move.entry.building == "announced"):
            event = SegmentEntered if move.entered else SegmentLeft
            append(
                session,
                event(customer_id=move.customer_id, segment=move.entry.key, cause=move.cause),
            )
