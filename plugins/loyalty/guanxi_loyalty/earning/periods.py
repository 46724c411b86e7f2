"""Periods of limits: days, weeks from Monday, months, years, in the programme's time zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from guanxi_loyalty.earning.definitions import Period
from guanxi_loyalty.moments import local_day


def first_day(period: Period, at: datetime, zone: ZoneInfo) -> date:
    """Return the first day of the period that an instant lies in; 1 January 1 for ``ever``."""
    if period == "ever":
        return date.min
    day = local_day(at, zone)
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if period == "year" else day
