"""What a list of customers shows, as it stands in the address: columns, conditions, sort, cursor.

The web list, the API and exports read the same arguments: ``columns=a,b``, ``sort=-a``, ``q`` for
a search, ``ids`` for chosen customers, and ``<attribute>__<operator>=<value>`` for a condition.
Only declared attributes are known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from guanxi.attributes.catalogue import Catalogue
from guanxi.attributes.catalogue import known as known_attribute
from guanxi.attributes.conditions import Condition, parse
from guanxi.attributes.query import CustomerQuery, Sort
from guanxi.customers.domain.search import query_tokens
from guanxi.customers.domain.searching import matches
from guanxi.customers.models import Customer
from guanxi.errors import Invalid
from guanxi.plugins.contract import Attribute

MAX_COLUMNS = 30
MAX_CONDITIONS = 20
MAX_IDS = 1000
DEFAULT_SORT = "customers.name"
SEARCHED_SORT = "-customers.created_at"
"""The newest first: of a frequent name nobody wants all in order, and few are quickly seen."""


@dataclass(frozen=True, slots=True)
class ListState:
    """A list ready to be queried."""

    columns: Sequence[Attribute]
    sort: Sort
    conditions: Sequence[Condition] = field(default=())
    text: str = ""
    ids: Sequence[UUID] | None = None
    """Only these customers, where some were chosen."""

    def query(self) -> CustomerQuery:
        """Return the query, filtered and searched."""
        built = CustomerQuery(Customer, self.columns).where(self.conditions)
        if self.text:
            built.search(*matches(query_tokens(self.text)))
        if self.ids is not None:
            built.where_sql(Customer.id.in_(self.ids))
        return built


def read_state(
    catalogue: Catalogue,
    arguments: Iterable[tuple[str, str]],
    *,
    default_columns: Sequence[str],
    permissions: frozenset[str],
) -> ListState:
    """Read the arguments of a request.

    :param permissions: of whoever asks; attributes that need another are unknown to them.
    :raises Invalid: an argument that no attribute explains.
    """
    known = {
        key: attribute
        for key, attribute in catalogue.all().items()
        if attribute.permission is None or attribute.permission in permissions
    }
    plain: dict[str, str] = {}
    chosen: list[str] = []
    conditions: list[Condition] = []
    for name, value in arguments:
        key, separator, operator = name.rpartition("__")
        if separator:
            conditions.append(parse(known_attribute(known, key), operator, value))
        elif name == "ids":
            chosen += value.split(",")
        else:
            plain[name] = value
    wanted = [part for part in plain.get("columns", "").split(",") if part] or default_columns
    if len(wanted) > MAX_COLUMNS or len(conditions) > MAX_CONDITIONS:
        raise Invalid(
            "At most %(n)s columns and %(m)s conditions.", n=MAX_COLUMNS, m=MAX_CONDITIONS
        )
    searched = plain.get("q", "").strip()[:200]
    sort = plain.get("sort") or (SEARCHED_SORT if searched else DEFAULT_SORT)
    return ListState(
        columns=[known_attribute(known, key) for key in dict.fromkeys(wanted)],
        sort=Sort(known_attribute(known, sort.removeprefix("-")), descending=sort.startswith("-")),
        conditions=conditions,
        text=searched,
        ids=_ids(chosen) if chosen else None,
    )


def _ids(texts: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts[:MAX_IDS] if text]
    except ValueError:
        raise Invalid("This is no customer's id.") from None
