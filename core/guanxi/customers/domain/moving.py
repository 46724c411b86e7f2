"""Rows that hang on a customer (touchpoints, rewards, messages) change hands in a merge.

They are found through the foreign keys of the core's tables, so a new table takes part without
being named here. What was moved is noted in ``customer_merge_moves``, in the same statement.
Plugins' tables are theirs to move, in ``customer_data_merge``.
"""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Table, Uuid, insert, literal, select, update
from sqlalchemy.orm import Session

from guanxi.customers.models import (
    Customer,
    CustomerActivity,
    CustomerMatchKeys,
    CustomerMembership,
    CustomerMerge,
    CustomerMergeMove,
    CustomerTrade,
    DuplicateSuggestion,
)
from guanxi.db import Base

_MOVES: Final[Table] = CustomerMergeMove.__table__  # type: ignore[assignment]
_HANDLED_APART: Final = {
    model.__tablename__
    for model in (
        Customer,
        CustomerMembership,  # two customers in one row
        CustomerMerge,  # tells who was merged into whom
        DuplicateSuggestion,  # is about the pair
        CustomerActivity,  # derived from the log
        CustomerTrade,
        CustomerMatchKeys,  # derived from the customer
    )
}


def move_rows(session: Session, merge_id: UUID, from_id: UUID, to_id: UUID) -> None:
    """Give everything that hangs on one customer to another, noting what was moved."""
    for column in hanging_columns():
        table = column.table
        moved = (
            update(table)
            .where(column == from_id)
            .values({column.name: to_id})
            .returning(table.c.id)
        ).cte("moved")
        session.execute(
            insert(_MOVES).from_select(
                ["merge_id", "table_name", "row_id"],
                select(literal(merge_id, Uuid), literal(table.name), moved.c.id),
            )
        )


def move_back(session: Session, merge_id: UUID, from_id: UUID, to_id: UUID) -> None:
    """Give back what :func:`move_rows` moved, as far as it still belongs to ``from_id``."""
    for column in hanging_columns():
        table = column.table
        noted = select(_MOVES.c.row_id).where(
            _MOVES.c.merge_id == merge_id, _MOVES.c.table_name == table.name
        )
        session.execute(
            update(table)
            .where(column == from_id, table.c.id.in_(noted))
            .values({column.name: to_id})
        )


def hanging_columns() -> Iterator[Column[UUID]]:
    """Return the columns of the core's tables by which rows hang on one customer.

    :raises TypeError: a table has no ``id`` to note what was moved by; it needs care of its own.
    """
    for table in Base.metadata.sorted_tables:
        if table.name in _HANDLED_APART:
            continue
        for column in table.columns:
            if any(key.column.table.name == Customer.__tablename__ for key in column.foreign_keys):
                if "id" not in table.c or not isinstance(table.c.id.type, Uuid):
                    message = f"{table.name} hangs on customers and has no id of its own."
                    raise TypeError(message)
                yield column
