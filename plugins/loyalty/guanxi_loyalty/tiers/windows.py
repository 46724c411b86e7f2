"""Until when something counts, and when a period ends: whole days in the programme's zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from guanxi_loyalty.moments import local_day, months_after, start_of
from guanxi_loyalty.tiers.policy import Policy

_MARGIN = timedelta(days=1)
"""More than clocks are put forward or back."""
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_EVER: Final = datetime(1900, 1, 1, tzinfo=UTC)


def leaves_at(policy: Policy, earned_at: datetime, joined: date, zone: ZoneInfo) -> datetime:
    """Return the first instant at which what was earned at ``earned_at`` does not count."""
    if policy.window == "lifetime":
        return _NEVER
    return _next_start(policy, local_day(earned_at, zone), joined, zone)


def period_end(policy: Policy, at: datetime, joined: date, zone: ZoneInfo) -> datetime | None:
    """Return the end of the period that ``at`` lies in, or that begins at it; None: it has none."""
    if policy.window == "lifetime":
        return None
    return _next_start(policy, local_day(at, zone), joined, zone)


def grace_end(policy: Policy, at: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of the months of grace that begin at ``at``."""
    return start_of(months_after(local_day(at, zone), policy.grace_months), zone)


def counts_from(policy: Policy, at: datetime, joined: date, zone: ZoneInfo) -> datetime:
    """Return an instant before which nothing counts any more at ``at``; it may be a bit early."""
    if policy.window == "lifetime":
        return _EVER
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
