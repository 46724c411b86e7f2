"""Values in SQL: always bound parameters with their type, and attributes as they are compared.

The loader selects attributes by the same expressions, so both ways of evaluating see the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    table,
)
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL, TIMESTAMP
from sqlalchemy.sql.elements import Grouping

from guanxi.sdk import Attribute

INSTANT = TIMESTAMP(timezone=True)
_LIMIT = 10**30
"""Numbers beyond it, infinities and what is no number at all count as not known."""


def instant(value: datetime) -> ColumnElement[Any]:
    """Return an instant as a bound parameter."""
    return literal(value, INSTANT)


def interval(value: timedelta) -> ColumnElement[Any]:
    """Return a length of time as a bound parameter; a day is 24 hours."""
    return literal(value, INTERVAL)


def instants(values: Sequence[datetime]) -> ColumnElement[Any]:
    """Return instants as one bound array, in brackets, so that one can be picked from it."""
    return Grouping(literal(list(values), ARRAY(INSTANT)))


def boolean(value: bool) -> ColumnElement[bool]:  # noqa: FBT001 -- it is the value
    """Return true or false as a bound parameter."""
    return literal(value, Boolean)


def text(value: str) -> ColumnElement[str]:
    """Return a text as a bound parameter."""
    return literal(value, Text)


def one_of(column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """Say whether a text is one of several, as a single bound parameter."""
    wanted = list(values)
    if len(wanted) == 1:
        found: ColumnElement[bool] = column == text(wanted[0])
        return found
    many: ColumnElement[bool] = column == any_(literal(wanted, ARRAY(Text)))
    return many


class Span(NamedTuple):
    """The customers whose ids lie in ``[first, end)``; None where it is open."""

    first: UUID | None
    end: UUID | None


class Listed(NamedTuple):
    """The customers whom a table lists in its column ``customer_id``, each once."""

    table: str


Ids = Sequence[UUID] | Span | Listed | str | None
"""Some customers, also as the name of a parameter that is given later; None for everybody.

Very many are better listed in a table that was analysed: the planner then knows how many they are,
and whether to go by an index or through everything once.
"""


def is_customer(column: Any, ids: Sequence[UUID] | Span | Listed | str) -> ColumnElement[bool]:
    """Say whether a column names one of some customers."""
    if isinstance(ids, Span):
        return _lies_in(column, ids)
    if isinstance(ids, Listed):
        listed = table(ids.table, sql_column("customer_id", Uuid))
        among: ColumnElement[bool] = column.in_(select(listed.c.customer_id))
        return among
    type_ = ARRAY(Uuid)
    wanted = bindparam(ids, type_=type_) if isinstance(ids, str) else literal(list(ids), type_)
    found: ColumnElement[bool] = column == any_(wanted)
    return found


def _lies_in(column: Any, span: Span) -> ColumnElement[bool]:
    first = [] if span.first is None else [column >= literal(span.first, Uuid)]
    end = [] if span.end is None else [column < literal(span.end, Uuid)]
    return and_(column.is_not(None), *first, *end)


def value_of(attribute: Attribute) -> ColumnElement[Any]:
    """Return the value of an attribute as rules compare it."""
    column: Any = attribute.sql()
    if attribute.type not in ("number", "money") or isinstance(column.type, Integer):
        found: ColumnElement[Any] = column
        return found
    exact = isinstance(column.type, Numeric) and not isinstance(column.type, Float)
    number = column if exact else cast(column, Numeric)
    return case((number.between(literal(-_LIMIT, Numeric), literal(_LIMIT, Numeric)), number))


def says(attribute: Attribute, op: str, wanted: str) -> ColumnElement[Any]:
    """Return whether a text attribute contains or begins with a text, in any case of letters."""
    column = func.lower(attribute.sql())
    if op == "starts":
        return func.starts_with(column, func.lower(text(wanted)), type_=Boolean)
    return func.strpos(column, func.lower(text(wanted))) > 0


def joined(source: FromClause, attributes: Iterable[Attribute]) -> FromClause:
    """Return customers joined with what the attributes need, each table once."""
    seen: set[int] = set()
    for attribute in attributes:
        if attribute.join is not None and id(attribute.join) not in seen:
            seen.add(id(attribute.join))
            source = source.outerjoin(attribute.join, attribute.on)
    return source
