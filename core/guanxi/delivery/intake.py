"""Take the next events of one part of the log for one reader.

Kinds that the reader does not handle stay in the database, among them those that no installed
package knows any more. Events whose payload an erasure emptied are passed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Select, Table, Text, any_, bindparam, select
from sqlalchemy.orm import Session

from guanxi.delivery.reader import Unreadable
from guanxi.events import Vocabulary
from guanxi.events.models import EventRow
from guanxi.events.vocabulary import Event

SPAN = 200_000
"""Positions looked through at most in one go, so that a reader of rare events gets on in steps."""

_TABLE: Table = EventRow.__table__  # type: ignore[assignment]
_COLUMNS = (
    _TABLE.c.kind,
    _TABLE.c.payload,
    _TABLE.c.position,
    _TABLE.c.customer_id,
    _TABLE.c.recorded_at,
    _TABLE.c.actor_name,
)
_NEXT: Select[Any] = (
    select(*_COLUMNS)
    .where(_TABLE.c.partition == bindparam("partition"))
    .where(_TABLE.c.position > bindparam("after"), _TABLE.c.position <= bindparam("upto"))
    .where(_TABLE.c.kind == any_(bindparam("kinds", type_=ARRAY(Text))))
    .order_by(_TABLE.c.position)
    .limit(bindparam("limit"))
)
_AT: Select[Any] = (
    select(*_COLUMNS)
    .where(_TABLE.c.position == any_(bindparam("positions", type_=ARRAY(_TABLE.c.position.type))))
    .order_by(_TABLE.c.position)
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Events in order, and the position up to which the part of the log is read with them."""

    events: list[Event]
    position: int


def take(
    session: Session,
    vocabulary: Vocabulary,
    kinds: Sequence[str],
    *,
    partition: int,
    after: int,
    upto: int,
    limit: int,
) -> Taken:
    """Return up to ``limit`` events of ``kinds`` above ``after`` and at or below ``upto``.

    ``upto`` must lie within the horizon as it was before this call.
    """
    upto = min(upto, after + SPAN)
    rows = session.execute(
        _NEXT,
        {
            "partition": partition,
            "after": after,
            "upto": upto,
            "kinds": list(kinds),
            "limit": limit,
        },
    ).all()
    return Taken(_decoded(vocabulary, rows), rows[-1][2] if len(rows) == limit else upto)


def take_at(session: Session, vocabulary: Vocabulary, positions: Sequence[int]) -> list[Event]:
    """Return the events at ``positions``, in order; those nobody knows any more are left out."""
    rows = session.execute(_AT, {"positions": list(positions)}).all()
    return _decoded(vocabulary, [row for row in rows if row[0] in vocabulary.classes])


def _decoded(vocabulary: Vocabulary, rows: Sequence[Any]) -> list[Event]:
    events: list[Event] = []
    for kind, payload, position, customer_id, recorded_at, actor in rows:
        envelope = {
            "position": position,
            "customer_id": customer_id,
            "recorded_at": recorded_at,
            "actor": actor,
        }
        try:
            events.append(vocabulary.decode(kind, payload, **envelope))
        except Exception as error:  # noqa: BLE001 -- whatever is wrong is told at delivery
            if payload:
                problem = f"{kind}: {type(error).__name__}: {error}"
                events.append(Unreadable(problem=problem, **envelope))
    return events
