"""Select customers with attributes as columns: filter, sort, page by cursor, never count the table.

Used by the web list, the API, exports and segment previews, so that all of them agree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, select, tuple_
from sqlalchemy.orm import Session

from guanxi.attributes.conditions import Condition, to_sql, whole
from guanxi.attributes.walking import (
    FARTHEST,
    OFTEN,
    OFTEN_SEARCHED,
    SAMPLE,
    Ahead,
    follows_index,
    identity_beside,
)
from guanxi.errors import Invalid
from guanxi.plugins.contract import Attribute, AttributeType

Place = tuple[Any, UUID]
"""The sort value and the id of the row behind which a page begins."""


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
    """Builds selects over a customer model.

    :param customer: the mapped class; merged and erased customers are left out.
    """

    def __init__(self, customer: Any, columns: Sequence[Attribute]) -> None:
        self._customer = customer
        self._columns = list(columns)
        self._living: list[ColumnElement[bool]] = [
            customer.merged_into.is_(None),
            customer.erased_at.is_(None),
        ]
        self._wanted: list[ColumnElement[bool]] = []
        self._asked: list[Attribute] = []
        self._gathered = self._searched = False

    def where(self, conditions: Iterable[Condition]) -> "CustomerQuery":
        """Keep customers that meet all conditions."""
        for condition in conditions:
            self._asked.append(condition.attribute)
            self._wanted.append(to_sql(condition, condition.attribute.sql()))
        return self

    def where_sql(self, *conditions: ColumnElement[bool], gather: bool = False) -> "CustomerQuery":
        """Keep customers that meet conditions made by other code (a segment, chosen ones).

        :param gather: look these customers up by an index of their own before they are put in
            order, whatever the order: asking one after the other would cost more.
        """
        self._wanted.extend(conditions)
        self._gathered = self._gathered or gather
        return self

    def search(self, *conditions: ColumnElement[bool]) -> "CustomerQuery":
        """Keep customers that a search means: an index finds them, unless they are very many."""
        self._wanted.extend(conditions)
        self._searched = True
        return self

    def statement(self, sort: Sort | None = None) -> Select[Any]:
        """Return the select of all rows, joined as the attributes used need it."""
        used = [*self._columns, *self._asked, *([sort.attribute] if sort else ())]
        return self._select(self._labelled(), used).where(*self._living, *self._wanted)

    def page(
        self, session: Session, sort: Sort, limit: int, after: list[Any] | None = None
    ) -> Page:
        """Return one page in the order of ``sort``, starting behind ``after``.

        Customers of whom the value is not known come last, by a statement of their own: so the
        first one can follow an index.
        """
        place = None if after is None else _restore(sort.attribute, after)
        rows: list[Any] = []
        if place is None or place[0] is not None:
            rows += self._part(session, sort, limit + 1, place, known=True)
        if sort.attribute.nullable and len(rows) <= limit:
            unknown = place if place is not None and place[0] is None else None
            rows += self._part(session, sort, limit + 1 - len(rows), unknown, known=False)
        more, rows = len(rows) > limit, rows[:limit]
        return Page(rows, [rows[-1].sort_key, rows[-1][0]] if more else None)

    def count(self, session: Session, cap: int) -> int:
        """Count matches, but stop at ``cap`` so that no page pays for the whole table."""
        inner = self.statement().with_only_columns(self._customer.id).limit(cap).subquery()
        return int(session.execute(select(func.count()).select_from(inner)).scalar_one())

    def _part(
        self, session: Session, sort: Sort, limit: int, place: Place | None, *, known: bool
    ) -> Sequence[Any]:
        """Return the next rows of whom the sort value is known, or of the others by their id.

        Where conditions are met often, the customers are read in the order of the list until
        enough meet them; where they are met seldom, all who meet them are looked up and put in
        order. The planner would bet: it does not know how the two belong together.
        """
        gather = self._gathered or self._searched
        has_order = not known or follows_index(sort.attribute)
        joins = not known and sort.attribute.join is not None  # and finds none to join
        if (self._wanted or joins) and has_order and not self._gathered:
            gather = True
            ahead = self._look_ahead(session, sort, place, known=known)
            if ahead.is_all or ahead.met >= (OFTEN_SEARCHED if self._searched else OFTEN):
                walked = self._walked(sort, limit, place, known=known)
                rows = self._read(session, sort, walked)
                if ahead.is_all or len(rows) == limit:
                    return rows
        return self._read(
            session, sort, self._chosen(sort, limit, place, known=known, gather=gather)
        )

    def _read(self, session: Session, sort: Sort, chosen: Subquery) -> Sequence[Any]:
        """Return the rows chosen; only these are joined with what their columns need."""
        statement = self._select([*self._labelled(), chosen.c.sort_key], self._columns, chosen)
        return session.execute(statement.order_by(*_order(sort, chosen.c))).all()

    def _look_ahead(
        self, session: Session, sort: Sort, place: Place | None, *, known: bool
    ) -> Ahead:
        following = self._following(sort, SAMPLE, place, known=known)
        looked = select(func.count(), func.count().filter(following.c.meets))
        return Ahead(*session.execute(looked.select_from(following)).one())

    def _walked(self, sort: Sort, limit: int, place: Place | None, *, known: bool) -> Subquery:
        following = self._following(sort, FARTHEST, place, known=known)
        met = select(following.c.id, following.c.sort_key).where(following.c.meets)
        return met.order_by(*_order(sort, following.c, known=known)).limit(limit).subquery("chosen")

    def _following(self, sort: Sort, count: int, place: Place | None, *, known: bool) -> Subquery:
        """Return the next so many customers in order, and whether each meets the conditions."""
        key, identity = sort.attribute.sql(), self._identity(sort, known=known)
        wanted = self._wanted if known else [*self._wanted, key.is_(None)]
        columns = [key.label("sort_key"), and_(*wanted).label("meets")]
        found = self._select(columns, [*self._asked, sort.attribute]).where(*self._living)
        if known and sort.attribute.nullable:
            found = found.where(key.is_not(None))
        if place is not None:
            found = found.where(_behind(sort, key, identity, place))
        ordered = _order(sort, {"sort_key": key, "id": identity}, known=known)
        return found.order_by(*ordered).limit(count).subquery("following")

    def _chosen(
        self, sort: Sort, limit: int, place: Place | None, *, known: bool, gather: bool
    ) -> Subquery:
        key, identity = sort.attribute.sql(), self._identity(sort, known=known)
        found = self._select([key.label("sort_key")], [*self._asked, sort.attribute])
        found = found.where(*self._living, *self._wanted)
        if sort.attribute.nullable:
            found = found.where(key.is_not(None) if known else key.is_(None))
        if gather:
            gathered = found.cte("gathered").prefix_with("MATERIALIZED")
            found, key, identity = select(gathered), gathered.c.sort_key, gathered.c.id
        if place is not None:
            found = found.where(_behind(sort, key, identity, place))
        ordered = _order(sort, {"sort_key": key, "id": identity}, known=known)
        return found.order_by(*ordered).limit(limit).subquery("chosen")

    def _identity(self, sort: Sort, *, known: bool) -> Any:
        return identity_beside(sort.attribute, self._customer.id) if known else self._customer.id

    def _labelled(self) -> list[Any]:
        return [a.sql().label(f"a{i}") for i, a in enumerate(self._columns)]

    def _select(
        self, columns: Sequence[Any], used: Sequence[Attribute], chosen: Subquery | None = None
    ) -> Select[Any]:
        query = select(self._customer.id, *columns)
        if chosen is None:
            query = query.select_from(self._customer)
        else:
            query = query.select_from(chosen).join(self._customer, self._customer.id == chosen.c.id)
        for table, on in _joins(used):
            query = query.outerjoin(table, on)
        return query


def _order(sort: Sort, of: Any, *, known: bool = True) -> tuple[ColumnElement[Any], ...]:
    keys = (of["sort_key"], of["id"]) if known else (of["id"],)
    return tuple(key.desc() if sort.descending else key.asc() for key in keys)


def _behind(sort: Sort, key: Any, identity: Any, place: Place) -> ColumnElement[bool]:
    value, last = place
    behind: ColumnElement[bool]
    if value is None:
        behind = identity < last if sort.descending else identity > last
        return behind
    here, there = tuple_(key, identity), tuple_(literal(value), literal(last))
    behind = here < there if sort.descending else here > there
    return behind


def _joins(attributes: Iterable[Attribute]) -> list[tuple[Any, Any]]:
    found: dict[int, tuple[Any, Any]] = {}
    for attribute in attributes:
        if attribute.join is not None:
            found.setdefault(id(attribute.join), (attribute.join, attribute.on))
    return list(found.values())


def _restore(attribute: Attribute, after: list[Any]) -> Place:
    value, identity = after
    try:
        restored = None if value is None else _RESTORE[attribute.type](value)
        place = restored, UUID(identity)
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        place = None
    if place is None or (place[0] is None and not attribute.nullable):
        raise Invalid("This cursor is not valid here. Start again from the first page.")
    return place


def _of(kind: type) -> Callable[[Any], Any]:
    def restore(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(value)
        return value

    return restore


def _texts(value: Any) -> list[str]:
    return [_of(str)(text) for text in _of(list)(value)]


_RESTORE: Mapping[AttributeType, Callable[[Any], Any]] = {
    "text": _of(str),
    "choice": _of(str),
    "choices": _texts,
    "boolean": _of(bool),
    "number": lambda value: whole(Decimal(str(value))),
    "money": lambda value: Decimal(str(value)),
    "date": date.fromisoformat,
    "instant": datetime.fromisoformat,
}
