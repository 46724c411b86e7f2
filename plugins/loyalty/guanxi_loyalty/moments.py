"""When units become spendable and when they run out: whole days in the programme's time zone.

A day is counted to its end (含当日): units that run out on 31 December can be spent until the
midnight after it, wherever the server stands. Months are clamped: one month after 31 January is
the last day of February.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from guanxi_loyalty.policies import Expiry, Policies


def activates_at(policies: Policies, earned_at: datetime, zone: ZoneInfo) -> datetime:
    """Return when units earned at ``earned_at`` can be spent: at the start of a local day."""
    if not policies.pending_days:
        return earned_at
    return start_of(local_day(earned_at, zone) + timedelta(days=policies.pending_days), zone)


def expires_at(expiry: Expiry, earned_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first instant at which units earned at ``earned_at`` cannot be spent any more.

    None where they do not run out by themselves: never, or by inactivity.
    """
    if expiry.runs == "age":
        last = months_after(local_day(earned_at, zone), expiry.months)
        last += timedelta(days=expiry.days)
        return end_of(_month_end(last) if expiry.month_end else last, zone)
    if expiry.runs == "calendar":
        earliest = months_after(local_day(earned_at, zone), expiry.months)
        return end_of(_next(expiry.month, expiry.day, earliest), zone)
    return None


def idle_at(expiry: Expiry, active_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when everything runs out unless the member does something; None: not by idleness."""
    if expiry.runs != "inactivity":
        return None
    last = months_after(local_day(active_at, zone), expiry.months) + timedelta(days=expiry.days)
    return end_of(last, zone)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant in a zone."""
    return instant.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant after a local day, in UTC."""
    return start_of(day + timedelta(days=1), zone)


def months_after(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last of that month where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _next(month: int, day: int, earliest: date) -> date:
    """Return the first ``month``/``day``, clamped, that is not before ``earliest``."""
    for year in (earliest.year, earliest.year + 1):
        found = date(year, month, min(day, monthrange(year, month)[1]))
        if found >= earliest:
            return found
    raise AssertionError("one of two years has it")
