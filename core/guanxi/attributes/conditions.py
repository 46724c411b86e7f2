"""Filters as data: ``attribute__operator=value`` becomes a bound SQL condition, by type.

Which operators a type has stands in :data:`OPERATORS`; anything else is refused with a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, cast, func, literal
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY

from guanxi.clock import storable
from guanxi.errors import Invalid
from guanxi.plugins.contract import Attribute, AttributeType

_ORDERED = ("eq", "ne", "lt", "lte", "gt", "gte", "missing")
OPERATORS: Mapping[AttributeType, tuple[str, ...]] = {
    "text": ("eq", "ne", "contains", "starts", "in", "missing"),
    "number": _ORDERED,
    "money": _ORDERED,
    "date": _ORDERED,
    "instant": _ORDERED,
    "boolean": ("eq", "missing"),
    "choice": ("eq", "ne", "in", "missing"),
    "choices": ("has", "missing"),
}
MAX_VALUE = 200
_BIGGEST = 2**63
"""No whole number in the database is greater."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one attribute; ``value`` is text as it came."""

    attribute: Attribute
    operator: str
    value: str


def parse(attribute: Attribute, operator: str, value: str) -> Condition:
    """Check that the attribute has the operator and the value fits.

    :raises Invalid: with what would fit.
    """
    offered = OPERATORS[attribute.type]
    if operator not in offered:
        raise Invalid(
            "%(key)s cannot be compared with %(operator)s; it offers %(offered)s.",
            key=attribute.key,
            operator=operator,
            offered=", ".join(offered),
        )
    if len(value) > MAX_VALUE or "\0" in value:
        raise Invalid("The value for %(key)s is too long or not text.", key=attribute.key)
    condition = Condition(attribute, operator, value)
    _convert(condition)
    return condition


def to_sql(condition: Condition, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return the condition on ``column``; values are bound parameters."""
    value = _convert(condition)
    if isinstance(value, Decimal) and isinstance(getattr(column, "type", None), Integer):
        value = whole(value)
    return _COMPARE[condition.operator](column, value)


def whole(number: Decimal) -> int | Decimal:
    """Return a whole number as such: an index of whole numbers cannot be searched for others."""
    fits = number == number.to_integral_value() and abs(number) < _BIGGEST
    return int(number) if fits else number


def _contains(column: SQLColumnExpression[Any], value: str) -> ColumnElement[bool]:
    return func.lower(column).contains(value.lower(), autoescape=True)


def _starts(column: SQLColumnExpression[Any], value: str) -> ColumnElement[bool]:
    return func.lower(column).startswith(value.lower(), autoescape=True)


_COMPARE: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column.is_distinct_from(value),
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "contains": _contains,
    "starts": _starts,
    "in": lambda column, value: column.in_(value),
    "has": lambda column, value: column.contains(cast(literal([value]), ARRAY(SqlText))),
    "missing": lambda column, value: column.is_(None) if value else column.is_not(None),
}


def _convert(condition: Condition) -> Any:
    if condition.operator == "missing":
        return _boolean(condition)
    if condition.operator == "in":
        return [part.strip() for part in condition.value.split(",") if part.strip()]
    return _CONVERT[condition.attribute.type](condition)


def _boolean(condition: Condition) -> bool:
    word = condition.value.strip().lower()
    if word not in ("true", "false", "1", "0"):
        raise _misfit(condition, "true or false")
    return word in ("true", "1")


def _number(condition: Condition) -> Decimal:
    try:
        number = Decimal(condition.value)
    except InvalidOperation:
        raise _misfit(condition, "a number") from None
    if not number.is_finite() or abs(number.adjusted()) > 18:
        raise _misfit(condition, "a number")
    return number


def _date(condition: Condition) -> date:
    try:
        return date.fromisoformat(condition.value)
    except ValueError:
        raise _misfit(condition, "a date like 2026-01-31") from None


def _instant(condition: Condition) -> datetime:
    try:
        instant = storable(datetime.fromisoformat(condition.value))
    except ValueError:
        raise _misfit(condition, "an instant like 2026-01-31T09:00:00Z") from None
    if instant.tzinfo is None:
        raise _misfit(condition, "an instant with its time zone, like 2026-01-31T09:00:00Z")
    return instant


def _text(condition: Condition) -> str:
    return condition.value


_CONVERT: Mapping[AttributeType, Callable[[Condition], Any]] = {
    "text": _text,
    "number": _number,
    "money": _number,
    "date": _date,
    "instant": _instant,
    "boolean": _boolean,
    "choice": _text,
    "choices": _text,
}


def _misfit(condition: Condition, wanted: str) -> Invalid:
    return Invalid(
        "%(key)s is compared with %(wanted)s, not with %(value)s.",
        key=condition.attribute.key,
        wanted=wanted,
        value=condition.value[:40],
    )
