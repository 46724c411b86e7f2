"""RFM by brute force, without the database: what the product must agree with."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True)
class Inputs:
    days: int
    orders: int
    money: Decimal


def quantile(values: Sequence[Decimal | int], share: Fraction) -> Fraction:
    """Type 7: the value at place ``share * (n - 1)`` of the sorted values, in proportion."""
    ordered = sorted(map(Fraction, values))
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def by_quantiles(people: Sequence[Inputs]) -> list[tuple[int, int, int]]:
    """As the R package does: walk through the five intervals, the first that holds the value."""
    shares = [Fraction(n, 5) for n in range(1, 5)]
    of = {
        name: [quantile([getattr(p, name) for p in people], share) + 1 for share in shares]
        for name in ("days", "orders", "money")
    }
    return [
        (
            6 - interval(person.days, of["days"]),
            interval(person.orders, of["orders"]),
            interval(person.money, of["money"]),
        )
        for person in people
    ]


def interval(value: Decimal | int, breaks: Sequence[Fraction]) -> int:
    bounds = [None, *breaks, None]
    found = 0
    for number, (low, high) in enumerate(pairwise(bounds), 1):
        if (low is None or Fraction(value) >= low) and (high is None or Fraction(value) < high):
            found = number
    return found


def by_thresholds(
    person: Inputs | None, days: Sequence[int], orders: Sequence[int], money: Sequence[int]
) -> tuple[int, int, int]:
    """``(min, max]``; who never ordered gets the worst."""
    if person is None:
        return 1, 1, 1
    return (
        5 - sum(person.days > limit for limit in days),
        1 + sum(person.orders > limit for limit in orders),
        1 + sum(person.money > limit for limit in money),
    )
