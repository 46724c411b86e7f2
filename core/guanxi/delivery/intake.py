"""Take the next events of some parts of the log for one reader.

Kinds that the reader does not handle stay in the database, among them those that no installed
package knows any more. Events whose payload an erasure emptied are passed over.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    SmallInteger,
    Table,
    Text,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Session

from guanxi.delivery.reader import Unreadable
from guanxi.events import Vocabulary
from guanxi.events.models import EventRow
from guanxi.events.vocabulary import Event

SPAN = 200_000
"""Positions looked through at most in one go, so that a reader of rare events gets on in steps."""

_TABLE: Table = EventRow.__table__  # type: ignore[assignment]
_COLUMNS = (
    _TABLE.c.partition,
    _TABLE.c.kind,
    _TABLE.c.payload,
    _TABLE.c.position,
    _TABLE.c.customer_id,
    _TABLE.c.recorded_at,
    _TABLE.c.actor_name,
)
_PARTS = (
    func.unnest(
        bindparam("partitions", type_=ARRAY(SmallInteger)),
        bindparam("after", type_=ARRAY(BigInteger)),
        bindparam("upto", type_=ARRAY(BigInteger)),
    )
    .table_valued("partition", "after", "upto")
    .render_derived("parts")
)
_OF_PART = (
    select(*_COLUMNS)
    .where(_TABLE.c.partition == _PARTS.c.partition)
    .where(_TABLE.c.position > _PARTS.c.after, _TABLE.c.position <= _PARTS.c.upto)
    .where(_TABLE.c.kind == any_(bindparam("kinds", type_=ARRAY(Text))))
    .order_by(_TABLE.c.position)
    .limit(bindparam("limit"))
    .lateral("of_part")
)
_NEXT: Select[Any] = select(_OF_PART).select_from(_PARTS).order_by(_OF_PART.c.position)
_AT: Select[Any] = (
    select(*_COLUMNS)
    .where(_TABLE.c.position == any_(bindparam("positions", type_=ARRAY(_TABLE.c.position.type))))
    .order_by(_TABLE.c.position)
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Events in order, and the positions up to which the parts of the log are read with them.

    ``more`` are the parts in which there may be more.
    """

    events: list[Event]
    positions: Mapping[int, int]
    more: tuple[int, ...]


def take(
    session: Session,
    vocabulary: Vocabulary,
    kinds: Sequence[str],
    *,
    after: Mapping[int, int],
    upto: int,
    limit: int,
) -> Taken:
    """Return the next events of ``kinds`` at or below ``upto``, about ``limit`` in all.

    :param after: the position after which to begin, by part of the log.
    :param upto: must lie within the horizon as it was before this call.
    """
    each = max(1, limit // len(after))
    ends = {partition: min(upto, begin + SPAN) for partition, begin in after.items()}
    rows = session.execute(
        _NEXT,
        {
            "partitions": list(after),
            "after": list(after.values()),
            "upto": list(ends.values()),
            "kinds": list(kinds),
            "limit": each,
        },
    ).all()
    read = Counter(row[0] for row in rows)
    last = {row[0]: row[3] for row in rows}
    positions = {p: last[p] if read[p] == each else end for p, end in ends.items()}
    more = tuple(p for p, position in positions.items() if position < upto)
    return Taken(_decoded(vocabulary, rows), positions, more)


def take_at(session: Session, vocabulary: Vocabulary, positions: Sequence[int]) -> list[Event]:
    """Return the events at ``positions``, in order; those nobody knows any more are left out."""
    rows = session.execute(_AT, {"positions": list(positions)}).all()
    return _decoded(vocabulary, [row for row in rows if row[1] in vocabulary.classes])


def decoded(vocabulary: Vocabulary, row: Sequence[Any]) -> Event | None:
    """Return the event of a row of the log; None where an erasure emptied it."""
    _, kind, payload, position, customer_id, recorded_at, actor = row
    envelope = {
        "position": position,
        "customer_id": customer_id,
        "recorded_at": recorded_at,
        "actor": actor,
    }
    try:
        return vocabulary.decode(kind, payload, **envelope)
    except Exception as error:  # noqa: BLE001 -- whatever is wrong is told at delivery
        if not payload:
            return None
        return Unreadable(problem=f"{kind}: {type(error).__name__}: {error}", **envelope)


def _decoded(vocabulary: Vocabulary, rows: Sequence[Any]) -> list[Event]:
    return [event for row in rows if (event := decoded(vocabulary, row)) is not None]
