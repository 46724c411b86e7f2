"""Add up what a batch of events changes: per customer, per customer and currency, per day.

Nothing here knows the database. Each event puts touchpoints in (+1) or takes them out (-1).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from guanxi.events.vocabulary import (
    Event,
    TouchpointCorrected,
    TouchpointFacts,
    TouchpointRecorded,
)

PURCHASE, RETURN = "purchase", "return"


class Change(NamedTuple):
    """A touchpoint of ``customer_id`` that comes (``sign`` 1) or goes (-1)."""

    sign: int
    touchpoint: TouchpointFacts
    customer_id: UUID | None


@dataclass(slots=True)
class Span:
    """The first and the last of some instants; both None where there is none."""

    first: datetime | None = None
    last: datetime | None = None

    def include(self, instant: datetime) -> None:
        """Widen the span to ``instant``."""
        self.first = instant if self.first is None else min(self.first, instant)
        self.last = instant if self.last is None else max(self.last, instant)


@dataclass(slots=True)
class Activity:
    """What changes in a customer's contacts."""

    touchpoints: int = 0
    contacts: Span = field(default_factory=Span)
    inbound: Span = field(default_factory=Span)
    outbound: Span = field(default_factory=Span)


@dataclass(slots=True)
class Trade:
    """What changes in a customer's trade in one currency; ``revenue`` is net of returns."""

    purchases: int = 0
    returns: int = 0
    revenue: Decimal = Decimal(0)
    bought: Span = field(default_factory=Span)


@dataclass(slots=True)
class Day:
    """What changes on one UTC day, for one channel, kind, currency, and known or unknown people."""

    count: int = 0
    amount: Decimal = Decimal(0)


DayKey = tuple[date, str, str, str, bool]


@dataclass(slots=True)
class Tally:
    """All that a batch changes.

    ``unsure`` are the customers whose first and last instants must be looked up: a touchpoint of
    theirs went, or came late, by way of a customer who was merged into them.
    """

    activity: dict[UUID, Activity] = field(default_factory=dict)
    trade: dict[tuple[UUID, str], Trade] = field(default_factory=dict)
    days: dict[DayKey, Day] = field(default_factory=dict)
    unsure: set[UUID] = field(default_factory=set)


def changes_of(events: Sequence[Event]) -> Iterator[Change]:
    """Yield what each event puts in and takes out."""
    for event in events:
        if isinstance(event, TouchpointRecorded):
            yield Change(1, event.touchpoint, event.customer_id)
        elif isinstance(event, TouchpointCorrected):
            yield Change(-1, event.before, event.before.customer_id)
            if event.after is not None:
                yield Change(1, event.after, event.after.customer_id)


def tally_of(changes: Iterable[Change], customers: Mapping[UUID, UUID]) -> Tally:
    """Add up ``changes``.

    :param customers: the customer that each one stands for today; missing ones are gone, and
        count only in the days.
    """
    tally = Tally()
    for change in changes:
        _count_day(tally, change)
        known = change.customer_id
        customer_id = None if known is None else customers.get(known)
        if customer_id is not None:
            _count_activity(tally, change, customer_id)
            _count_trade(tally, change, customer_id)
            if change.sign < 0 or customer_id != known:
                tally.unsure.add(customer_id)
    return tally


def _count_day(tally: Tally, change: Change) -> None:
    sign, touchpoint, customer_id = change
    day = tally.days.setdefault(
        (
            touchpoint.occurred_at.astimezone(UTC).date(),
            touchpoint.channel,
            touchpoint.kind,
            touchpoint.currency or "",
            customer_id is not None,
        ),
        Day(),
    )
    day.count += sign
    day.amount += sign * (touchpoint.amount or Decimal(0))


def _count_activity(tally: Tally, change: Change, customer_id: UUID) -> None:
    sign, touchpoint, _ = change
    activity = tally.activity.setdefault(customer_id, Activity())
    activity.touchpoints += sign
    activity.contacts.include(touchpoint.occurred_at)
    if sign > 0 and touchpoint.direction == "in":
        activity.inbound.include(touchpoint.occurred_at)
    if sign > 0 and touchpoint.direction == "out":
        activity.outbound.include(touchpoint.occurred_at)


def _count_trade(tally: Tally, change: Change, customer_id: UUID) -> None:
    sign, touchpoint, _ = change
    if touchpoint.kind not in (PURCHASE, RETURN) or touchpoint.currency is None:
        return
    trade = tally.trade.setdefault((customer_id, touchpoint.currency), Trade())
    trade.revenue += sign * (touchpoint.amount or Decimal(0))
    if touchpoint.kind == RETURN:
        trade.returns += sign
        return
    trade.purchases += sign
    if sign > 0:
        trade.bought.include(touchpoint.occurred_at)
