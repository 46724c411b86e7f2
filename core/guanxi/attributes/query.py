"""Select customers with attributes as columns: filter, sort, page by cursor, never count the table.

Used by the web list, the API, exports and segment previews, so that all of them agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from guanxi.attributes.conditions import Condition, to_sql
from guanxi.errors import Invalid
from guanxi.plugins.contract import Attribute


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by one attribute; empty values come last either way, the id breaks ties."""

    attribute: Attribute
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Rows (id first, then the attributes asked for), and the cursor of the next page if any."""

    rows: Sequence[Any]
    next_values: list[Any] | None


class CustomerQuery:
    """Builds one select over a customer model.

    :param customer: the mapped class; merged and erased customers are left out.
    """

    def __init__(self, customer: Any, columns: Sequence[Attribute]) -> None:
        self._customer = customer
        self._columns = list(columns)
        self._conditions: list[ColumnElement[bool]] = [
            customer.merged_into.is_(None),
            customer.erased_at.is_(None),
        ]
        self._used: list[Attribute] = list(columns)

    def where(self, conditions: Iterable[Condition]) -> "CustomerQuery":
        """Keep customers that meet all conditions."""
        for condition in conditions:
            self._used.append(condition.attribute)
            self._conditions.append(to_sql(condition, condition.attribute.sql()))
        return self

    def where_sql(self, *conditions: ColumnElement[bool]) -> "CustomerQuery":
        """Keep customers that meet conditions made by other code (a search, a segment)."""
        self._conditions.extend(conditions)
        return self

    def statement(self, sort: Sort | None = None) -> Select[Any]:
        """Return the select, joined as the attributes used need it."""
        used = [*self._used, sort.attribute] if sort else self._used
        columns: list[Any] = [a.sql().label(f"a{i}") for i, a in enumerate(self._columns)]
        query = select(self._customer.id, *columns).select_from(self._customer)
        for table, on in _joins(used):
            query = query.outerjoin(table, on)
        return query.where(*self._conditions)

    def page(
        self, session: Session, sort: Sort, limit: int, after: list[Any] | None = None
    ) -> Page:
        """Return one page in the order of ``sort``, starting behind ``after``."""
        key = sort.attribute.sql()
        query = self.statement(sort).add_columns(key.label("sort_key"))
        if after is not None:
            query = query.where(self._behind(sort, key, after))
        query = query.order_by(*self._order(sort, key))
        rows = session.execute(query.limit(limit + 1)).all()
        more = len(rows) > limit
        rows = rows[:limit]
        return Page(rows, [rows[-1].sort_key, rows[-1][0]] if more else None)

    def count(self, session: Session, cap: int) -> int:
        """Count matches, but stop at ``cap`` so that no page pays for the whole table."""
        inner = self.statement().with_only_columns(self._customer.id).limit(cap).subquery()
        return int(session.execute(select(func.count()).select_from(inner)).scalar_one())

    def _order(self, sort: Sort, key: Any) -> tuple[ColumnElement[Any], ...]:
        identity = self._customer.id
        ordered = key.desc() if sort.descending else key.asc()
        if sort.attribute.nullable:
            ordered = ordered.nulls_last()
        return ordered, identity.desc() if sort.descending else identity.asc()

    def _behind(self, sort: Sort, key: Any, after: list[Any]) -> ColumnElement[bool]:
        value, identity = _restore(sort.attribute, after)
        column = self._customer.id
        if not sort.attribute.nullable:
            place, last = tuple_(key, column), tuple_(literal(value), literal(identity))
            return place < last if sort.descending else place > last
        if value is None:
            past = column < identity if sort.descending else column > identity
            return and_(key.is_(None), past)
        further = key < value if sort.descending else key > value
        tie = column < identity if sort.descending else column > identity
        return or_(further, and_(key == value, tie), key.is_(None))


def _joins(attributes: Iterable[Attribute]) -> list[tuple[Any, Any]]:
    found: dict[int, tuple[Any, Any]] = {}
    for attribute in attributes:
        if attribute.join is not None:
            found.setdefault(id(attribute.join), (attribute.join, attribute.on))
    return list(found.values())


def _restore(attribute: Attribute, after: list[Any]) -> tuple[Any, UUID]:
    value, identity = after
    try:
        return _RESTORE.get(attribute.type, _same)(value), UUID(identity)
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        raise Invalid("This cursor is not valid here. Start again from the first page.") from None


def _same(value: Any) -> Any:
    if value is not None and not isinstance(value, str | bool):
        raise ValueError(value)
    return value


def _maybe(convert: Any) -> Any:
    return lambda value: None if value is None else convert(value)


_RESTORE: dict[str, Any] = {
    "number": _maybe(lambda v: Decimal(str(v))),
    "money": _maybe(lambda v: Decimal(str(v))),
    "date": _maybe(date.fromisoformat),
    "instant": _maybe(datetime.fromisoformat),
}
