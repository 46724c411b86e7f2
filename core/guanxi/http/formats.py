"""Numbers, money and instants as the reader's language and time zone write them."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import get_locale

from guanxi.http.language import zone


def init_app(app: Flask) -> None:
    """Offer the filters to templates."""
    app.jinja_env.filters.update(
        local_day=local_day, money=money, number=number, instant=instant, day=day, pair=pair
    )


def money(amount: Decimal | None, currency: str | None) -> str:
    """``1234.5`` and ``GBP`` as £1,234.50."""
    if amount is None or currency is None:
        return ""
    return str(format_currency(amount, currency, locale=get_locale()))


def number(value: Decimal | int | float | None) -> str:
    """``12345`` as 12,345."""
    return "" if value is None else str(format_decimal(value, locale=get_locale()))


def instant(value: datetime | None, style: str = "medium") -> str:
    """An aware instant in the reader's time zone."""
    if value is None:
        return ""
    return str(format_datetime(value, style, tzinfo=zone(), locale=get_locale()))


def local_day(value: datetime | None, style: str = "medium") -> str:
    """The calendar day of an aware instant in the reader's time zone."""
    return "" if value is None else day(value.astimezone(zone()).date(), style)


def day(value: date | None, style: str = "medium") -> str:
    """A calendar day."""
    return "" if value is None else str(format_date(value, style, locale=get_locale()))


def pair(value: object) -> tuple[str, str]:
    """A plain value as an option whose title is the value itself."""
    return str(value), str(value)
