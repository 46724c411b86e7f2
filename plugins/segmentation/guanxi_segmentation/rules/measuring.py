"""Measures of one customer's touchpoints, in Python."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from guanxi_segmentation.rules.binding import FILTERS, Selection
from guanxi_segmentation.rules.comparing import number_is
from guanxi_segmentation.rules.facts import Contact
from guanxi_segmentation.rules.moments import Moment
from guanxi_segmentation.rules.watching import Kinds


class Average(NamedTuple):
    """A sum and of how many; compared without dividing, so that nothing is rounded."""

    total: Decimal
    number: int


class Log:
    """One customer's touchpoints before an instant, by kind and time.

    :param contacts: in the order of their time; later ones are kept apart.
    """

    def __init__(self, contacts: Sequence[Contact], moment: Moment) -> None:
        end = bisect_left(contacts, moment.as_of, key=_time)
        self._moment = moment
        self.past = contacts[:end]
        self.coming = contacts[end:]
        self._by_kind: dict[str, list[Contact]] = {}
        for one in self.past:
            self._by_kind.setdefault(one.kind, []).append(one)

    def chosen(self, selection: Selection) -> list[Contact]:
        """Return the touchpoints that a condition looks at; their order is by time per kind."""
        low, high = self._moment.span(selection.window)
        kinds = selection.of.kind
        parts = [self._by_kind.get(kind, ()) for kind in kinds] if kinds else [self.past]
        return [one for part in parts for one in _between(part, low, high) if _fits(one, selection)]

    def first_since(self, low: datetime, kinds: Kinds) -> datetime | None:
        """Return when the first touchpoint of some kinds occurred at or after ``low``."""
        parts = [self.past] if kinds is None else [self._by_kind.get(one, ()) for one in kinds]
        firsts = (_between(part, low, None)[:1] for part in parts)
        return min((one.occurred_at for part in firsts for one in part), default=None)

    def next_coming(self, kinds: Kinds) -> datetime | None:
        """Return when the first touchpoint dated in the future occurs."""
        times = (one.occurred_at for one in self.coming if kinds is None or one.kind in kinds)
        return next(times, None)


def measure(name: str, chosen: Sequence[Contact], selection: Selection, moment: Moment) -> Any:
    """Return a measure of touchpoints; None where it has no value.

    ``days`` counts local days in the window's zone or else the company's.
    """
    if name == "count":
        return len(chosen)
    if name == "days":
        zone = moment.zone_of(selection.window)
        return len({one.occurred_at.astimezone(zone).date() for one in chosen})
    if not chosen:
        return None
    if name in ("last", "first"):
        times = (one.occurred_at for one in chosen)
        return max(times) if name == "last" else min(times)
    return _money(name, [one.amount for one in chosen if one.amount is not None])


def _money(name: str, amounts: Sequence[Decimal]) -> Any:
    if name in ("min", "max"):
        return min(amounts) if name == "min" else max(amounts)
    total = sum(amounts, Decimal(0))
    return Average(total, len(amounts)) if name == "avg" else total


def _time(contact: Contact) -> datetime:
    return contact.occurred_at


def _between(
    part: Sequence[Contact], low: datetime | None, high: datetime | None
) -> Sequence[Contact]:
    start = 0 if low is None else bisect_left(part, low, key=_time)
    end = len(part) if high is None else bisect_left(part, high, key=_time)
    return part[start:end]


def _fits(one: Contact, selection: Selection) -> bool:
    of = selection.of
    if selection.currency is not None and one.currency != selection.currency:
        return False
    if of.product and one.products.isdisjoint(of.product):
        return False
    for name in _COLUMNS:
        wanted = getattr(of, name)
        if wanted and getattr(one, name) not in wanted:
            return False
    return all(
        one.amount is not None and number_is(one.amount, op, value)
        for op, value in selection.amount
    )


_COLUMNS = tuple(name for name in FILTERS if name != "kind")
