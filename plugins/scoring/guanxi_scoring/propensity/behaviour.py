"""What a customer had done before an instant, from their touchpoints alone (行为特征).

Each is walked once from the first touchpoint to the last, so that the facts of very many instants
cost no more than reading the touchpoints. Nothing at or after the instant is known: no leakage.
"""

from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from guanxi.sdk import Text
from guanxi_scoring.propensity.conditions import Touch

Facts = dict[str, Any]
RECENT: Final = timedelta(days=90)
_DAY: Final = timedelta(days=1)

TITLES: Final = MappingProxyType(
    {
        "recency": Text("Days since the last purchase", "距上次购买天数"),
        "purchases": Text("Days with a purchase so far", "有购买的天数"),
        "mean_spend": Text("Mean amount of a purchase", "平均每次购买金额"),
        "rhythm": Text("Silence in their own rhythm", "沉默时长与自身购买间隔之比"),
        "contacts": Text("Touchpoints in 90 days", "近 90 天接触次数"),
        "age": Text("Days since the first touchpoint", "距首次接触天数"),
        "earlier": Text("How it went the last time", "上一次的结果"),
    }
)
"""The facts by name. ``rhythm`` is recency by the mean gap between the days of purchase."""


class Walk:
    """Walks along the touchpoints of one customer; ``facts`` are those before an instant."""

    def __init__(self, touches: Sequence[Touch], zone: str) -> None:
        self._touches, self._zone = touches, ZoneInfo(zone)
        self._next = 0
        self._recent: deque[datetime] = deque()
        self._first: datetime | None = None
        self._bought: list[datetime] = []
        self._last_day: date | None = None
        self._spent = Decimal(0)
        self._paid = 0

    def facts(self, at: datetime) -> Facts:
        """Return what was known just before ``at``; instants come in their order."""
        while self._next < len(self._touches) and self._touches[self._next].at < at:
            self._take(self._touches[self._next])
            self._next += 1
        while self._recent and self._recent[0] < at - RECENT:
            self._recent.popleft()
        recency = _days(at - self._bought[-1]) if self._bought else None
        return {
            "recency": recency,
            "purchases": len(self._bought),
            "mean_spend": round(float(self._spent / self._paid), 2) if self._paid else None,
            "rhythm": self._rhythm(recency),
            "contacts": len(self._recent),
            "age": _days(at - self._first) if self._first else None,
        }

    def _take(self, touch: Touch) -> None:
        self._first = self._first or touch.at
        self._recent.append(touch.at)
        if touch.kind != "purchase":
            return
        day = touch.at.astimezone(self._zone).date()
        if day != self._last_day:
            self._bought.append(touch.at)
            self._last_day = day
        if touch.amount is not None:
            self._spent += touch.amount
            self._paid += 1

    def _rhythm(self, recency: float | None) -> float | None:
        if recency is None or len(self._bought) < 2:
            return None
        gaps = _days(self._bought[-1] - self._bought[0]) / (len(self._bought) - 1)
        return round(recency / gaps, 3) if gaps else None


def _days(length: timedelta) -> float:
    return round(length / _DAY, 2)
