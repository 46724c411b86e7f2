"""The built-in functions of dates. The present moment and the time zone are the context's."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from guanxi_surveys.expressions.context import Context
from guanxi_surveys.expressions.dates import made, parts_of, read_date
from guanxi_surveys.expressions.javascript import (
    INVALID_DATE,
    UNDEFINED,
    added,
    is_true,
    milliseconds,
    to_number,
)
from guanxi_surveys.expressions.numerals import NAN, Number

_PLACES: Final = {"years": 0, "months": 1, "days": 2, "hours": 3, "minutes": 4, "seconds": 5}
_MILLISECONDS: Final = {"hours": 3_600_000, "minutes": 60_000, "seconds": 1_000}
_DAY: Final = 86_400_000


def date(context: Context, parameters: list[Any]) -> Any:
    """``getDate(value)``."""
    if not parameters or not is_true(parameters[0]):
        return None
    return read_date(parameters[0], context.zone)


def present(context: Context, _parameters: list[Any]) -> Any:
    """``currentDate()``: now."""
    return context.present


def today(context: Context, parameters: list[Any]) -> Any:
    """``today(days)``: the last midnight, some days later."""
    midnight = context.present.replace(hour=0, minute=0, second=0, microsecond=0)
    return _moved(midnight, "days", parameters[0]) if len(parameters) == 1 else midnight


def current_year(context: Context, _parameters: list[Any]) -> Any:
    """``currentYear()``."""
    return context.present.year


def year_of(context: Context, parameters: list[Any]) -> Any:
    """``getYear(date)``."""
    if len(parameters) != 1 or not is_true(parameters[0]):
        return UNDEFINED
    return _part(read_date(parameters[0], context.zone), lambda day: day.year)


def _part_or_today(part: Callable[[datetime], int]) -> Callable[[Context, list[Any]], Any]:
    def read(context: Context, parameters: list[Any]) -> Any:
        if parameters and is_true(parameters[0]):
            return _part(read_date(parameters[0], context.zone), part)
        return part(context.present)

    return read


def _part(value: Any, part: Callable[[datetime], int]) -> Number:
    return part(value) if isinstance(value, datetime) else NAN


def days_between(context: Context, parameters: list[Any]) -> Any:
    """``diffDays(one, other)``: days of the calendar between two dates, whichever is first."""
    if len(parameters) != 2 or not (is_true(parameters[0]) and is_true(parameters[1])):
        return 0
    one, other = (read_date(value, context.zone) for value in parameters)
    if one is INVALID_DATE or other is INVALID_DATE:
        return NAN
    return abs((other.date() - one.date()).days)


def age(context: Context, parameters: list[Any]) -> Any:
    """``age(birthday)``: whole years, or months, until today."""
    if not parameters or not is_true(parameters[0]):
        return None
    unit = parameters[1] if len(parameters) > 1 and is_true(parameters[1]) else "years"
    if unit == "days":
        return 0
    return _months(read_date(parameters[0], context.zone), context.present, unit)


def difference(context: Context, parameters: list[Any]) -> Any:
    """``dateDiff(from, to, unit)``: in days, or in months, years, hours, minutes, seconds."""
    if len(parameters) < 2 or not (is_true(parameters[0]) and is_true(parameters[1])):
        return None
    unit = parameters[2] if len(parameters) > 2 and is_true(parameters[2]) else "days"
    if unit == "days":
        return days_between(context, parameters[:2])
    begin, end = (read_date(value, context.zone) for value in parameters[:2])
    if isinstance(unit, str) and unit in _MILLISECONDS:
        apart = abs(milliseconds(end) - milliseconds(begin))
        return NAN if math.isnan(apart) else -(-apart // _MILLISECONDS[unit])
    return _months(begin, end, unit)


def _months(begin: Any, end: Any, unit: Any) -> Number:
    """Return whole months, or years for any other unit; the day of the month decides."""
    if begin is INVALID_DATE or end is INVALID_DATE:
        return NAN if unit == "months" else 0
    months = (end.year - begin.year) * 12 + end.month - begin.month - (end.day < begin.day)
    return int(months) if unit == "months" else int(months / 12)


def later(context: Context, parameters: list[Any]) -> Any:
    """``dateAdd(date, number, unit)``: by the calendar; a month after 31 January is in March."""
    if len(parameters) < 2 or not (is_true(parameters[0]) and is_true(parameters[1])):
        return None
    unit = parameters[2] if len(parameters) > 2 and is_true(parameters[2]) else "days"
    return _moved(read_date(parameters[0], context.zone), unit, parameters[1])


def _moved(value: Any, unit: Any, number: Any) -> Any:
    place = _PLACES.get(unit) if isinstance(unit, str) else None
    if place is None or not isinstance(value, datetime):
        return value
    parts = parts_of(value)
    parts[place] = to_number(added(parts[place], number))
    return made(parts, value.tzinfo)


DATE_FUNCTIONS: Final[Mapping[str, Callable[[Context, list[Any]], Any]]] = {
    "getDate": date,
    "currentDate": present,
    "today": today,
    "currentYear": current_year,
    "getYear": year_of,
    "year": _part_or_today(lambda day: day.year),
    "month": _part_or_today(lambda day: day.month),
    "day": _part_or_today(lambda day: day.day),
    "weekday": _part_or_today(lambda day: day.isoweekday() % 7),
    "diffDays": days_between,
    "age": age,
    "dateDiff": difference,
    "dateAdd": later,
}
