"""Comparisons in SQL; ``rules/comparing.py`` says the same in Python."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Numeric,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    true,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY

from guanxi_segmentation.rules.comparing import NUMBERS
from guanxi_segmentation.rules.moments import Ends, Moment
from guanxi_segmentation.rules.sql.values import INSTANT, boolean, one_of, text
from guanxi_segmentation.rules.values import Typed


def number_is(column: Any, op: str, wanted: Typed, *, times: Any = None) -> ColumnElement[bool]:
    """Compare a number; ``times`` is a column that the wanted one is multiplied by."""
    if op == "between":
        low, high = (_times(one, times) for one in wanted)
        return and_(column >= low, column <= high)
    found: ColumnElement[bool] = NUMBERS[op](column, _times(wanted, times))
    return found


def _times(wanted: Any, times: Any) -> Any:
    number = literal(wanted, Numeric)
    return number if times is None else number * times


def holds(column: Any, type_: str, op: str, wanted: Typed, moment: Moment) -> ColumnElement[bool]:
    """Compare a value; NULL where it is not known."""
    if type_ in ("number", "money"):
        return number_is(column, op, wanted)
    if type_ == "instant":
        return within(column, moment.instants(op, wanted), INSTANT)
    if type_ == "date":
        day = next_anniversary(column, moment.today) if op == "anniversary_within" else column
        return within(day, moment.days(op, wanted), Date())
    if type_ == "choices":
        many = wanted if op == "has_any" else (wanted,)
        overlap: ColumnElement[bool] = column.op("&&", is_comparison=True)(
            literal(list(many), ARRAY(SqlText))
        )
        return overlap
    if type_ == "boolean":
        same: ColumnElement[bool] = column == boolean(wanted)
        return same
    return _text(column, op, wanted)


def _text(column: Any, op: str, wanted: Any) -> ColumnElement[bool]:
    if op == "in":
        return one_of(column, wanted)
    found: ColumnElement[bool] = column == text(wanted) if op == "eq" else column != text(wanted)
    return found


def within(column: Any, ends: Ends, type_: Any) -> ColumnElement[bool]:
    """Say whether a value lies in ``[low, high)``."""
    low, high = ends
    parts = []
    if low is not None:
        parts.append(column >= literal(low, type_))
    if high is not None:
        parts.append(column < literal(high, type_))
    return and_(true(), *parts) if parts else column.is_not(None)


def next_anniversary(column: Any, today: date) -> ColumnElement[Any]:
    """Return the first anniversary of a day that is not over; 29 February is kept on the 28th."""
    this, following = (_anniversary(column, today.year + n) for n in (0, 1))
    return case((this >= literal(today, Date), this), else_=following)


def _anniversary(column: Any, year: int) -> ColumnElement[Any]:
    years = literal(year, Integer) - cast(extract("year", column), Integer)
    return cast(column + func.make_interval(years), Date)


def known(column: Any, op: str) -> ColumnElement[bool]:
    """Answer ``known`` and ``unknown``."""
    found: ColumnElement[bool] = column.is_not(None) if op == "known" else column.is_(None)
    return found
