"""Numbers, money, instants, countries and languages as the reader's own language writes them.

What was written once is kept: a list shows hundreds of numbers, days and times of day, many of
them again and again, and taking a locale's pattern apart for each is half the work of its cells.
"""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale

from guanxi.http.language import zone

Style = Literal["full", "long", "medium", "short"]


def init_app(app: Flask) -> None:
    """Offer the filters to templates."""
    app.jinja_env.filters.update(
        local_day=local_day, money=money, short_money=short_money, number=number,
        percent=percent, instant=instant, day=day, pair=pair, country=country,
        language_name=language_name,
    )  # fmt: skip


def money(amount: Decimal | None, currency: str | None) -> str:
    """``1234.5`` and ``GBP`` as £1,234.50."""
    if amount is None or currency is None:
        return ""
    return _money(amount, currency, get_locale())


def short_money(amount: Decimal | None, currency: str | None) -> str:
    """``12345`` and ``GBP`` as £12.3K, where a place is too narrow for all digits."""
    if amount is None or currency is None:
        return ""
    return _short_money(amount, currency, get_locale())


def percent(share: Decimal | float | None) -> str:
    """``0.123`` as 12.3%."""
    return "" if share is None else str(format_percent(share, "#,##0.#%", locale=get_locale()))


def number(value: Decimal | int | float | None) -> str:
    """``12345`` as 12,345."""
    return "" if value is None else _number(value, get_locale())


def instant(value: datetime | None, style: Style = "medium") -> str:
    """An aware instant in the reader's time zone, to the minute.

    :param style: of the day, as in :func:`day`; the time is always short.
    """
    if value is None:
        return ""
    local, locale = value.astimezone(zone()), get_locale()
    written = _day(local.date(), style, locale)
    return _both(style, locale).format(_time_of_day(local.hour, local.minute, locale), written)


def local_day(value: datetime | None, style: str = "medium") -> str:
    """The calendar day of an aware instant in the reader's time zone."""
    return "" if value is None else day(value.astimezone(zone()).date(), style)


def day(value: date | None, style: str = "medium") -> str:
    """A calendar day."""
    return "" if value is None else _day(value, style, get_locale())


def pair(value: object) -> tuple[str, str]:
    """A plain value as an option whose title is the value itself."""
    return str(value), str(value)


def country(code: str | None) -> str:
    """``GB`` as United Kingdom; a code that is none stays as it is."""
    return "" if not code else str(get_locale().territories.get(code.upper(), code))


def language_name(code: str | None) -> str:
    """``zh`` as Chinese, ``en-GB`` as English (United Kingdom); what is no code stays as it is."""
    if not code:
        return ""
    try:
        return Locale.parse(code, sep="-").get_display_name(get_locale()) or code
    except (ValueError, UnknownLocaleError):
        return code


@lru_cache(maxsize=4096, typed=True)
def _money(amount: Decimal, currency: str, locale: Locale) -> str:
    return str(format_currency(amount, currency, locale=locale))


@lru_cache(maxsize=4096, typed=True)
def _short_money(amount: Decimal, currency: str, locale: Locale) -> str:
    whole = amount if abs(amount) >= 10_000 else round(amount)
    return str(format_compact_currency(whole, currency, locale=locale, fraction_digits=1))


@lru_cache(maxsize=4096, typed=True)
def _number(value: Decimal | int | float, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale))


@lru_cache(maxsize=4096)
def _day(value: date, style: str, locale: Locale) -> str:
    return str(format_date(value, style, locale=locale))


@lru_cache(maxsize=4096)
def _time_of_day(hour: int, minute: int, locale: Locale) -> str:
    return str(format_time(time(hour, minute), "short", locale=locale))


@lru_cache
def _both(style: Style, locale: Locale) -> str:
    """Return how a time ``{0}`` and a day ``{1}`` stand together."""
    return str(get_datetime_format(style, locale=locale)).replace("'", "")
