"""Lines in the database: read them, write them, replace them."""

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Table, Uuid, any_, bindparam, delete, select
from sqlalchemy.orm import Session

from guanxi.db.inserting import Rows, insert_rows
from guanxi.events.vocabulary import Line
from guanxi.touchpoints.models import TouchpointLine

LINES: Final[Table] = TouchpointLine.__table__  # type: ignore[assignment]
COLUMNS: Final = ("touchpoint_id", "number", "product", "description", "quantity", "unit_price")

_SELECT: Final = (
    select(
        LINES.c.touchpoint_id,
        LINES.c.product,
        LINES.c.description,
        LINES.c.quantity,
        LINES.c.unit_price,
    )
    .where(LINES.c.touchpoint_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(LINES.c.touchpoint_id, LINES.c.number)
)


def lines_of(session: Session, touchpoint_id: UUID) -> tuple[Line, ...]:
    """Return the lines of one touchpoint in the order of its receipt."""
    return lines_of_many(session, (touchpoint_id,)).get(touchpoint_id, ())


def lines_of_many(
    session: Session, touchpoint_ids: Collection[UUID]
) -> dict[UUID, tuple[Line, ...]]:
    """Return the lines of several touchpoints with one statement; those without are missing."""
    found: dict[UUID, list[Line]] = {}
    for touchpoint_id, *values in session.execute(_SELECT, {"ids": list(touchpoint_ids)}):
        found.setdefault(touchpoint_id, []).append(Line(*values))
    return {touchpoint_id: tuple(lines) for touchpoint_id, lines in found.items()}


def write_lines(session: Session, touchpoint_id: UUID, lines: Collection[Line]) -> None:
    """Store the lines of one touchpoint that has none yet."""
    insert_rows(session, Rows(LINES, COLUMNS, list(line_rows(touchpoint_id, lines))))


def line_rows(touchpoint_id: UUID, lines: Collection[Line]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of each line in the order of ``COLUMNS``."""
    for number, line in enumerate(lines, 1):
        yield (
            touchpoint_id,
            number,
            line.product,
            line.description,
            line.quantity,
            line.unit_price,
        )


def replace_lines(session: Session, touchpoint_id: UUID, lines: Collection[Line]) -> None:
    """Store other lines in place of those that a touchpoint has."""
    session.execute(delete(LINES).where(LINES.c.touchpoint_id == touchpoint_id))
    write_lines(session, touchpoint_id, lines)
