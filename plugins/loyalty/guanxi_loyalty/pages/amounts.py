"""Money, percentages and days in forms: typed as people write them, kept in minor units and UTC.

A thing is valid from the beginning of its first day to the end of its last (含当日), in the
programme's zone.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from guanxi_loyalty.models import Programme
from guanxi_loyalty.moments import end_of, local_day, start_of
from guanxi_loyalty.pages.typed import Typed
from guanxi_loyalty.pages.words import last_day, money_of
from guanxi_loyalty.texts import _

MOST: int = 10**11
"""Minor units; more is typed by mistake."""


def amount_text(minor: int | None, currency: str) -> str:
    """Return minor units as they are typed: ``1250`` as 12.50; nothing for None."""
    return "" if minor is None else format(money_of(minor, currency), "f")


def read_amount(form: Typed, name: str, currency: str) -> int | None:
    """Return an amount in minor units; None where nothing was typed, or nothing that does."""
    found, places = form.number(name), get_currency_precision(currency)
    if found is None:
        return None
    minor = found.scaleb(places)
    if minor != minor.to_integral_value():
        form.wrong(name, _("An amount in %(currency)s has %(places)s decimals at most.",
                           currency=currency, places=places))  # fmt: skip
        return None
    return int(minor)


def required_amount(form: Typed, name: str, currency: str) -> int:
    """Return an amount that has to be there and above zero."""
    found = read_amount(form, name, currency)
    if not found:
        form.wrong(name, _("Write an amount above zero, such as 12.50."))
    return found or 0


def percent_text(hundredths: int) -> str:
    """Return hundredths of a percent as they are typed: ``1250`` as 12.5."""
    return format((Decimal(hundredths) / 100).normalize(), "f")


def read_percent(form: Typed, name: str) -> int:
    """Return a percentage above zero, to a hundredth, in hundredths."""
    found = form.number(name)
    hundredths = Decimal(0) if found is None else found * 100
    if not 0 < hundredths <= 10_000 or hundredths != hundredths.to_integral_value():
        form.wrong(name, _("Write a percentage above 0 and up to 100, such as 12.5."))
        return 0
    return int(hundredths)


def first_day_text(begins: datetime | None, programme: Programme) -> str:
    """Return the first day on which something is valid, as a field of a day shows it."""
    return "" if begins is None else local_day(begins, _zone(programme)).isoformat()


def last_day_text(ends: datetime | None, programme: Programme) -> str:
    """Return the last day on which something is valid, as a field of a day shows it."""
    found = last_day(ends, _zone(programme))
    return "" if found is None else found.isoformat()


def read_first_day(
    form: Typed, name: str, programme: Programme, before: datetime | None = None
) -> datetime | None:
    """Return the beginning of a day; what was not touched stays as exact as it was."""
    if before is not None and form.get(name) == first_day_text(before, programme):
        return before
    found: date | None = form.day(name)
    return None if found is None else start_of(found, _zone(programme))


def read_last_day(
    form: Typed, name: str, programme: Programme, before: datetime | None = None
) -> datetime | None:
    """Return the end of a day; what was not touched stays as exact as it was."""
    if before is not None and form.get(name) == last_day_text(before, programme):
        return before
    found: date | None = form.day(name)
    return None if found is None else end_of(found, _zone(programme))


def _zone(programme: Programme) -> ZoneInfo:
    return ZoneInfo(programme.time_zone)
