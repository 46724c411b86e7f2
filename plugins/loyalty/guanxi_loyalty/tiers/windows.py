"""Until when something counts, and when a period ends: whole days in the programme's zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from guanxi_loyalty.moments import local_day, months_after, start_of
from guanxi_loyalty.tiers.policy import Policy

_MARGIN = timedelta(days=5)
"""Months have 28 to 31 days, so a month back from a day may be some days off."""


def leaves_at(policy: Policy, earned_at: datetime, joined: date, zone: ZoneInfo) -> datetime:
    """Return the first instant at which what was earned at ``earned_at`` does not count."""
    return _next_start(policy, local_day(earned_at, zone), joined, zone)


def period_end(policy: Policy, at: datetime, joined: date, zone: ZoneInfo) -> datetime:
    """Return the end of the period that ``at`` lies in, or that begins at it."""
    return _next_start(policy, local_day(at, zone), joined, zone)


def grace_end(policy: Policy, at: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of the months of grace that begin at ``at``."""
    return start_of(months_after(local_day(at, zone), policy.grace_months), zone)


def counts_from(policy: Policy, at: datetime, joined: date, zone: ZoneInfo) -> datetime:
    """Return an instant before which nothing counts any more at ``at``; it may be a bit early."""
    day = local_day(at, zone)
    if policy.window == "rolling":
        return start_of(months_after(day, -policy.months), zone) - _MARGIN
    if policy.window == "calendar":
        return start_of(day.replace(month=1, day=1), zone)
    return start_of(_anniversary(joined, day), zone)


def _next_start(policy: Policy, day: date, joined: date, zone: ZoneInfo) -> datetime:
    if policy.window == "rolling":
        return start_of(months_after(day, policy.months), zone)
    if policy.window == "calendar":
        return start_of(date(day.year + 1, 1, 1), zone)
    years = _anniversary(joined, day).year + 1 - joined.year
    return start_of(months_after(joined, 12 * years), zone)


def _anniversary(joined: date, day: date) -> date:
    """Return the latest anniversary of ``joined`` that is not after ``day``."""
    years = day.year - joined.year
    found = months_after(joined, 12 * years)
    return found if found <= day else months_after(joined, 12 * (years - 1))
