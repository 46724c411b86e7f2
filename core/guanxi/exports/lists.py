"""What can be exported: a header and a stream of rows for each list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from guanxi.access.principal import Principal
from guanxi.attributes.catalogue import Catalogue
from guanxi.customers.list_state import read_state
from guanxi.customers.models import Customer
from guanxi.errors import NotFound
from guanxi.exports import tables
from guanxi.exports.rows import AT_ONCE, Arguments, Rows, stream
from guanxi.exports.tables import opener
from guanxi.i18n import Text

CUSTOMER_COLUMNS = (
    "customers.display_name", "customers.kind", "customers.status", "customers.country",
    "customers.city", "customers.owner", "customers.tags", "customers.revenue",
    "customers.purchases", "customers.last_purchase", "customers.last_contact",
    "customers.created_at",
)  # fmt: skip


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
    return header, stream(rows)


LISTS: Mapping[str, ExportList] = {
    one.key: one
    for one in (
        ExportList("customers", Text("Customers", "客户"), "customers.view", _customers),
        ExportList(
            "touchpoints",
            Text("Touchpoints", "接触记录"),
            "touchpoints.view",
            opener(tables.TOUCHPOINTS, tables.touchpoints),
        ),
        ExportList(
            "lines",
            Text("Lines of purchases", "购买明细"),
            "touchpoints.view",
            opener(tables.LINES, tables.lines),
        ),
        ExportList(
            "rewards",
            Text("Rewards", "奖励"),
            "rewards.view",
            opener(tables.REWARDS, tables.rewards),
        ),
        ExportList(
            "messages",
            Text("Messages", "消息"),
            "messages.send",
            opener(tables.MESSAGES, tables.messages),
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
