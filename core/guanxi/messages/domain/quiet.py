"""Quiet hours and quiet days (免打扰时段): when nobody is written to, on the customer's clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from guanxi.settings.festivals import festivals_of

_MOST_STEPS = 1000
"""More quiet days in a row than anybody enters."""


@dataclass(frozen=True, slots=True)
class QuietTime:
    """``start`` and ``end`` are times on the customer's clock; equal ones mean no quiet hours."""

    start: time = time(0)
    end: time = time(0)
    days: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    """Month and day of what is quiet every year."""

    def over_at(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """Return the first instant from ``instant`` on at which it is not quiet, in UTC."""
        for _ in range(_MOST_STEPS):
            following = self._end_of_quiet(instant.astimezone(zone))
            if following is None:
                break
            instant = following.replace(tzinfo=zone).astimezone(UTC)
        return instant.astimezone(UTC)

    def _end_of_quiet(self, local: datetime) -> datetime | None:
        """Return when the quiet that reigns at ``local`` ends, without zone; None if none does."""
        today = datetime.combine(local.date(), time(0))
        if local.date() in self.days or (local.month, local.day) in self.yearly:
            return today + timedelta(days=1)
        clock = local.time()
        overnight = self.start > self.end
        if self.start <= clock and (clock < self.end or overnight):
            return datetime.combine(today + timedelta(days=overnight), self.end)
        return datetime.combine(today, self.end) if overnight and clock < self.end else None


def quiet_time(
    settings: Mapping[str, Any], country: str | None = None, language: str | None = None
) -> QuietTime:
    """Return the quiet time of the core's settings for a customer of a country and language."""
    start, end = settings.get("quiet_from"), settings.get("quiet_until")
    own, yearly = festivals_of(settings.get("festivals") or (), country, language)
    days = own | frozenset(settings.get("quiet_days") or ())
    if not start or not end:
        return QuietTime(days=days, yearly=yearly)
    return QuietTime(time.fromisoformat(start), time.fromisoformat(end), days, yearly)
