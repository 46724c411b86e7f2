"""Values of a rule: read from JSON, and turned into what is compared."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from guanxi_segmentation.rules.faults import InvalidRule, shown
from guanxi_segmentation.rules.periods import EXAMPLES, period_of

MAX_TEXT = 200
MAX_LIST = 500
MAX_DIGITS = 18

Typed = Any
"""A value as it is compared: text, Decimal, date, datetime, bool, Period, or a tuple of these."""


def text_at(value: Any, place: str, *, empty: bool = False) -> str:
    """Return a text that PostgreSQL can store.

    :raises InvalidRule: it is none, too long, or holds what cannot be stored.
    """
    if not isinstance(value, str) or (not value and not empty):
        raise InvalidRule(
            "%(place)s: a text is needed here, not %(value)s.", place=place, value=shown(value)
        )
    if len(value) > MAX_TEXT:
        raise InvalidRule(
            "%(place)s: a text may have at most %(most)s characters.", place=place, most=MAX_TEXT
        )
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value):
        raise InvalidRule("%(place)s: this text holds characters that are none.", place=place)
    return value


def number_at(value: Any, place: str) -> Decimal:
    """Return a number, exactly: JSON numbers and texts like ``12.50``.

    :raises InvalidRule: it is none, or has more than 18 digits.
    """
    number = _decimal(value)
    if number is None or not number.is_finite():
        raise InvalidRule(
            "%(place)s: a number is needed here, not %(value)s.", place=place, value=shown(value)
        )
    if number.adjusted() >= 15 or len(number.as_tuple().digits) > MAX_DIGITS:
        raise InvalidRule("%(place)s: this number is too long.", place=place)
    if number and number.adjusted() < -MAX_DIGITS:
        raise InvalidRule("%(place)s: this number is too small.", place=place)
    return number


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, int) and abs(value) >= 10**18:
        return Decimal(10**18)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", value) is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def day_at(value: Any, place: str) -> date:
    """Return a calendar day written ``2026-01-31``.

    :raises InvalidRule: it is none.
    """
    day = _day(value)
    if day is None:
        raise InvalidRule(
            "%(place)s: a day like 2026-01-31 is needed here, not %(value)s.",
            place=place,
            value=shown(value),
        )
    return day


def instant_at(value: Any, place: str) -> datetime:
    """Return an instant written with its zone, ``2026-01-31T09:00:00Z``, in UTC.

    :raises InvalidRule: it is none.
    """
    instant = _instant(value)
    if instant is None:
        raise InvalidRule(
            "%(place)s: an instant with its time zone is needed here, like 2026-01-31T09:00:00Z, "
            "not %(value)s.",
            place=place,
            value=shown(value),
        )
    return instant


def moment_at(value: Any, place: str) -> datetime | date:
    """Return an instant, or a day.

    :raises InvalidRule: it is neither.
    """
    return _day(value) or instant_at(value, place)


def period_at(value: Any, place: str, *, days: bool = False) -> Any:
    """Return a length of time.

    :param days: hours are not enough, as where calendar days are compared.
    :raises InvalidRule: it is none.
    """
    period = period_of(value) if isinstance(value, str) else None
    if period is None or (days and period.whole_days is None):
        raise InvalidRule(
            "%(place)s: a length of time is needed here, like %(examples)s, not %(value)s.",
            place=place,
            examples="P30D, P4W" if days else EXAMPLES,
            value=shown(value),
        )
    return period


def boolean_at(value: Any, place: str) -> bool:
    """Return true or false.

    :raises InvalidRule: it is neither.
    """
    if not isinstance(value, bool):
        raise InvalidRule(
            "%(place)s: true or false is needed here, not %(value)s.",
            place=place,
            value=shown(value),
        )
    return value


_ONE: Mapping[str, Callable[[Any, str], Typed]] = {
    "text": text_at,
    "choice": text_at,
    "choices": text_at,
    "number": number_at,
    "money": number_at,
    "date": day_at,
    "instant": instant_at,
    "boolean": boolean_at,
}


def typed(value: Any, type_: str, wants: str, place: str) -> Typed:
    """Return ``value`` as what an operator of a type compares with.

    :param wants: see ``operators.Wants``.
    :raises InvalidRule: it does not fit.
    """
    if wants == "period":
        return period_at(value, place, days=type_ == "date")
    if wants in ("day", "moment"):
        return day_at(value, place) if wants == "day" else moment_at(value, place)
    if wants == "list":
        return tuple(_ONE[type_](one, f"{place}[{i}]") for i, one in enumerate(value))
    if wants == "pair":
        low, high = (_ONE[type_](one, f"{place}[{i}]") for i, one in enumerate(value))
        if low > high:
            raise InvalidRule("%(place)s: the first number is the larger one.", place=place)
        return low, high
    return None if wants == "nothing" else _ONE[type_](value, place)


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 1 < day.year < 9000 else None


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    if instant.tzinfo is None or not 1 < instant.year < 9000:
        return None
    return instant.astimezone(UTC)
