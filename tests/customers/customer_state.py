"""Everything the core holds about customers, in a form that can be compared."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from guanxi.customers.domain.moving import hanging_columns
from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.db.all_models import Base

_COUNTED_UP = {"version", "updated_at"}
"""These grow with every change, and so with a merge and its undoing."""


def state_of(session: Session, customer_ids: Collection[UUID]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the customers and of all that hangs on them, by table."""
    memberships = Base.metadata.tables["customer_memberships"]
    columns = [CUSTOMERS.c.id, memberships.c.person_id, memberships.c.organisation_id]
    return {
        f"{column.table.name}.{column.name}": _rows(session, column.table, column, customer_ids)
        for column in (*columns, *hanging_columns())
    }


def _rows(
    session: Session, table: Table, column: Any, customer_ids: Collection[UUID]
) -> list[dict[str, Any]]:
    rows = session.execute(select(table).where(column.in_(customer_ids)).order_by(table.c.id))
    return [
        {name: value for name, value in row.items() if name not in _COUNTED_UP}
        for row in rows.mappings()
    ]
