"""One page of a list of customers: which ones by the query, then the rows themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, Row, any_, bindparam, select
from sqlalchemy.orm import Session

from guanxi.customers.domain.rows import CUSTOMER_COLUMNS, CUSTOMERS
from guanxi.customers.list_state import ListState
from guanxi.customers.models import Customer

_NAMES: Final = (
    *(name for name in CUSTOMER_COLUMNS if name != "search_tokens"),
    "status",
    "closed_at",
    "closed_reason",
    "erased_at",
    "version",
)
_FOUND: Final = select(*(getattr(Customer, name) for name in _NAMES)).where(
    Customer.id == any_(bindparam("ids", type_=ARRAY(CUSTOMERS.c.id.type)))
)
"""Plain rows: making objects that can be changed costs more than reading them."""


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers with the values of the attributes asked for, and where the next page begins."""

    rows: Sequence[tuple[Row[Any], dict[str, Any]]]
    next_values: list[Any] | None


def read_page(
    session: Session, state: ListState, *, limit: int, after: list[Any] | None
) -> CustomerPage:
    """Return a page behind ``after``; the table is never counted."""
    page = state.query().page(session, state.sort, limit, after)
    keys = [attribute.key for attribute in state.columns]
    values = {row[0]: dict(zip(keys, row[1:], strict=False)) for row in page.rows}
    found = session.execute(_FOUND, {"ids": list(values)}) if values else ()
    customers = {customer.id: customer for customer in found}
    rows = [(customers[one], values[one]) for one in values if one in customers]
    return CustomerPage(rows, page.next_values)
