"""An analysis is asked: one statement over the customers whom whoever asks may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Numeric, Subquery, cast, func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, customers
from guanxi_scoring.insight.analyses.definition import Definition

MOST_ROWS: Final = 200
"""Values beyond so many are summed up in one row; its value cannot be opened."""


@dataclass(frozen=True, slots=True)
class Row:
    """A value of the attribute, how many customers have it, and the measure of them."""

    key: Any
    """None: unknown."""
    customers: int
    value: Decimal | None

    @property
    def stored(self) -> list[Any]:
        """The form in which it is stored."""
        return [self.key, self.customers, None if self.value is None else str(self.value)]


def run(session: Session, asked: Definition) -> Sequence[Row]:
    """Return the rows, those with the most customers first, at most :data:`MOST_ROWS`."""
    shown = [key for key in (asked.by, asked.of) if key is not None]
    found = customers.selection(session, shown, asked.where).subquery()
    value = _measure(asked, found, "a1" if asked.by else "a0")
    if asked.by is None:
        whole = select(func.count(), value).select_from(found)
        number, measured = session.execute(whole).one()
        return [Row(None, number, _exact(measured))]
    group = _group(customers.attributes_in_sight(session)[asked.by], found)
    wanted = (
        select(group.label("key"), func.count().label("number"), value.label("value"))
        .select_from(found)
        .group_by(group)
        .order_by(func.count().desc(), group)
        .limit(MOST_ROWS)
    )
    return [Row(_plain(key), number, _exact(v)) for key, number, v in session.execute(wanted)]


def _group(attribute: Attribute, found: Subquery) -> Any:
    """Return what is grouped by; of several choices each counts for itself."""
    return func.unnest(found.c.a0) if attribute.type == "choices" else found.c.a0


def _measure(asked: Definition, found: Subquery, name: str) -> Any:
    if asked.measure == "count":
        return func.count()
    column = cast(found.c[name], Numeric)
    if asked.measure == "median":
        return func.percentile_cont(0.5).within_group(column)
    return getattr(func, asked.measure)(column)


def _exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.0001"))


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
