"""What can be exported: a header and a stream of rows for each list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.principal import Principal
from guanxi.attributes.catalogue import Catalogue
from guanxi.customers.list_state import read_state
from guanxi.customers.models import Customer
from guanxi.errors import NotFound
from guanxi.i18n import Text
from guanxi.touchpoints.models import Touchpoint

Arguments = Sequence[tuple[str, str]]
Rows = tuple[list[str], Iterable[Sequence[Any]]]
AT_ONCE = 2000
CUSTOMER_COLUMNS = (
    "customers.display_name", "customers.kind", "customers.status", "customers.country",
    "customers.city", "customers.owner", "customers.tags", "customers.revenue",
    "customers.purchases", "customers.last_purchase", "customers.last_contact",
    "customers.created_at",
)  # fmt: skip
_TOUCHPOINT = ("id", "customer_id", "channel", "kind", "direction", "occurred_at", "subject",
               "outcome", "amount", "currency", "source", "external_id", "state")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportList:
    """A list that can be exported. ``open`` gives header and rows for whoever asks."""

    key: str
    title: Text
    permission: str
    open: Callable[[Session, Catalogue, Principal, Arguments, str], Rows]


def _customers(
    session: Session, catalogue: Catalogue, asking: Principal, arguments: Arguments, language: str
) -> Rows:
    state = read_state(
        catalogue, arguments, default_columns=CUSTOMER_COLUMNS, permissions=asking.permissions
    )
    key = state.sort.attribute.sql()
    ordered = key.desc() if state.sort.descending else key.asc()
    statement = state.query().statement(state.sort).order_by(ordered.nulls_last(), Customer.id)
    rows = session.execute(statement, execution_options={"yield_per": AT_ONCE})
    header = ["id", *(attribute.title.in_language(language) for attribute in state.columns)]
    return header, (_flat(row) for row in rows)


def _touchpoints(
    session: Session,
    _catalogue: Catalogue,
    _asking: Principal,
    _arguments: Arguments,
    _language: str,
) -> Rows:
    columns = [getattr(Touchpoint, name) for name in _TOUCHPOINT]
    statement = select(*columns).order_by(Touchpoint.occurred_at, Touchpoint.id)
    rows = session.execute(statement, execution_options={"yield_per": AT_ONCE})
    return list(_TOUCHPOINT), (_flat(row) for row in rows)


def _flat(row: Iterable[Any]) -> list[Any]:
    return [_plain(value) for value in row]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


LISTS: Mapping[str, ExportList] = {
    one.key: one
    for one in (
        ExportList("customers", Text("Customers", "客户"), "customers.view", _customers),
        ExportList(
            "touchpoints", Text("Touchpoints", "接触记录"), "touchpoints.view", _touchpoints
        ),
    )
}


def list_of(key: str) -> ExportList:
    """Return a list.

    :raises NotFound: there is none of that name.
    """
    found = LISTS.get(key)
    if found is None:
        raise NotFound("There is no list %(key)s to export.", key=key)
    return found
