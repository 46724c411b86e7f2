"""What the page of a model shows: pure functions from arrays to the tables behind its pictures."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from guanxi_scoring.life.contract import Picture

if TYPE_CHECKING:
    from guanxi_scoring.btyd.model import Lifetimes
    from guanxi_scoring.lifetime.histories import Real, Whole

MOST_BEFORE: Final = 7
"""Who had bought so often or more before the hold-out is one group."""
MOST_POINTS: Final = 160
"""Longer histories are tracked every second week, or third, and so on."""
_STEPS: Final = 10
_TENTHS: Final = 10


def tracking(
    model: "Lifetimes", first: date, t: "Whole", days: int, repeats: tuple["Whole", "Whole"]
) -> Picture:
    """Return actual and expected cumulative repeat purchases, week by week (跟踪图).

    Of the customers from whom the model learnt, over the time it knew and the hold-out (Fader,
    Hardie & Lee 2005, figure 2). What is expected of the hold-out stands apart as ``forecast``;
    the last week that the model knew stands in both, so that the lines meet.

    :param first: the day of the first purchase of all, from which everything counts.
    :param t: age of each customer (days) when the model learnt, ``max(t)`` days after ``first``.
    :param days: how long it all was, hold-out included.
    :param repeats: days since ``first`` with repeat purchases, increasing, and how many on each.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    known = int(t.max())
    step = 7 * -(-days // (7 * MOST_POINTS))
    ends = np.arange(step, days + 1, step)
    wanted = model.cumulative(ends, t, float(known)).round(2).tolist()
    offsets, counts = repeats
    made = np.concatenate(([0], np.cumsum(counts)))[np.searchsorted(offsets, ends, side="right")]
    rows = [
        (
            (first + timedelta(days=end)).isoformat(),
            int(actual),
            expected if end <= known else None,
            expected if end > known - step else None,
        )
        for end, actual, expected in zip(ends.tolist(), made, wanted, strict=True)
    ]
    return Picture(("week", "actual", "expected", "forecast"), rows)


def calibration(x: "Whole", expected: "Real", actual: "Whole") -> Picture:
    """Return mean purchases in the hold-out by repeat purchases before it (校准图)."""
    import numpy as np  # noqa: PLC0415 -- heavy

    group = np.minimum(x, MOST_BEFORE)
    customers = np.bincount(group)
    sums = [np.bincount(group, values) for values in (actual, expected)]
    rows = [
        (
            f"{count}+" if count == MOST_BEFORE else str(count),
            float(sums[0][count] / customers[count]),
            float(sums[1][count] / customers[count]),
            int(customers[count]),
        )
        for count in np.flatnonzero(customers).tolist()
    ]
    return Picture(("frequency", "actual", "expected", "customers"), rows)


def alive_matrix(model: "Lifetimes", x: "Whole", t: "Whole") -> Picture:
    """Return P(alive) by frequency and recency, of somebody as old as the oldest (流失矩阵).

    Frequencies go up to that of the most active hundredth; recency falls from row to row. Where
    there were more purchases than days there is no value.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    age = int(t.max())
    counts = _counts_up_to(max(1, int(np.quantile(x, 0.99))))
    recencies = sorted({round(age * part / _STEPS) for part in range(_STEPS + 1)}, reverse=True)
    rows = []
    for recency in recencies:
        for count in counts:
            possible = count <= recency if count else recency == 0
            alive = model.probability_alive(count, recency, age) if possible else None
            rows.append((count, recency, alive))
    return Picture(("frequency", "recency", "p_alive"), rows)


def lift(expected: "Real", actual: "Whole") -> Picture:
    """Return by tenths of customers, the most promising first, how much more they bought (提升图).

    ``lift`` is their mean over that of all, ``gain`` the share of all purchases up to here.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    total = float(actual.sum())
    if not total or len(actual) < _TENTHS:
        return Picture(("decile", "lift", "gain", "customers"), [])
    tenths = np.array_split(actual[np.argsort(-expected, kind="stable")], _TENTHS)
    gains = np.cumsum([tenth.sum() for tenth in tenths]) / total
    mean = total / len(actual)
    rows = [
        (str(place), float(tenth.mean() / mean), float(gain), len(tenth))
        for place, (tenth, gain) in enumerate(zip(tenths, gains, strict=True), start=1)
    ]
    return Picture(("decile", "lift", "gain", "customers"), rows)


def value_distribution(value: "Real") -> Picture:
    """Return how many customers are worth how much (客户终身价值分布), in the currency's unit.

    Bounds are 1, 2 or 5 times a power of ten, so that a few of great value do not flatten the
    rest; the last span has no end. Customers of unknown value do not count.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    known = value[np.isfinite(value)]
    if not len(known):
        return Picture(("from", "to", "customers"), [])
    low, high = (float(np.quantile(known, part)) for part in (0.05, 0.99))
    bounds = [0.0, *_round_bounds(max(low, high / 1e4), high)]
    places = np.searchsorted(bounds, np.maximum(known, 0.0), side="right") - 1
    customers = np.bincount(places, minlength=len(bounds))
    ends: list[float | None] = [*bounds[1:], None]
    rows: list[tuple[Any, ...]] = list(zip(bounds, ends, customers.tolist(), strict=True))
    return Picture(("from", "to", "customers"), rows)


def _counts_up_to(most: int) -> Sequence[int]:
    """Return 0, 1, 2 ... or, of many, some of them."""
    step = -(-most // _STEPS)
    return [*range(0, most, step), most] if step == 1 else [0, 1, *range(step, most + 1, step)]


def _round_bounds(low: float, high: float) -> Sequence[float]:
    """Return 1, 2 and 5 times powers of ten from the last below ``low`` to the last below high."""
    from math import floor, log10  # noqa: PLC0415 -- beside its only use

    if high <= 0:
        return []
    powers = range(floor(log10(low)), floor(log10(high)) + 1)
    steps = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    below = [step for step in steps if step <= low]
    return [step for step in steps if (below[-1] if below else low) <= step <= high]
