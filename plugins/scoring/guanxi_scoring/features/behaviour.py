"""What customers did beside how often they bought (行为特征): for models of churn and propensity.

One row for each customer with any recorded touchpoint before ``as_of``. All sums are exact until
the last step, so every engine gives the same figures.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from guanxi_scoring.features.days import day_of, instant
from guanxi_scoring.features.summary import PURCHASE, RETURN, purchase_days
from guanxi_scoring.features.tables import Tables

WINDOWS: Final = (30, 90, 365)
"""Days before ``as_of`` in which touchpoints are counted."""
_NUMBERS: Final = ("days_since_purchase", "mean_gap", "sd_gap", "return_share")
"""Of trade; whoever never bought has none of them."""


def behaviour(
    tables: Tables,
    *,
    as_of: datetime,
    zone: str,
    currency: str,
    kinds: Sequence[str] = (),
    channels: Sequence[str] = (),
    outcomes: Sequence[str] = (),
) -> Any:
    """Return an expression with what each customer did.

    ``touchpoints``, ``incoming``, ``orders``, ``returns``; ``touchpoints_30`` and so on within the
    last 30, 90 and 365 days; ``days_known`` and ``days_silent`` since the first and last
    touchpoint, ``days_since_purchase``; ``mean_gap`` and ``sd_gap`` in days between days of
    purchase; ``return_share`` of the money; ``weekday_0`` (Monday) to ``weekday_6``: days of
    purchase; ``products``: how many different ones were bought. No number where there is none.

    :param kinds: words of which ``kind_<word>_30`` and so on are counted, too; in the same way
        channels and outcomes.
    """
    words = {"kind": kinds, "channel": channels, "outcome": outcomes}
    contacts = _contacts(tables.touchpoints, as_of, zone, words)
    trade = _trade(tables.touchpoints, as_of, zone, currency)
    products = _products(tables.lines, as_of)
    joined = contacts.left_join(trade, "customer_id").left_join(products, "customer_id")
    return joined.select(
        **{name: joined[name] for name in contacts.columns},
        **{name: joined[name] for name in trade.columns if name.startswith(_NUMBERS)},
        **{name: joined[name].coalesce(0) for name in trade.columns if name.startswith("weekday")},
        products=joined.products.coalesce(0),
    )


def _contacts(touchpoints: Any, as_of: datetime, zone: str, words: dict[str, Sequence[str]]) -> Any:
    t = touchpoints.filter(
        touchpoints.state == "recorded",
        touchpoints.occurred_at < instant(touchpoints.occurred_at, as_of),
        touchpoints.customer_id.notnull(),
    )
    found = {
        "touchpoints": t.count(),
        "incoming": t.count(where=t.direction == "in"),
        "orders": t.count(where=t.kind == PURCHASE),
        "returns": t.count(where=t.kind == RETURN),
        "first_at": t.occurred_at.min(),
        "last_at": t.occurred_at.max(),
    }
    for days in WINDOWS:
        recent = t.occurred_at >= instant(t.occurred_at, as_of - timedelta(days=days))
        found[f"touchpoints_{days}"] = t.count(where=recent)
        for column, wanted in words.items():
            for word in wanted:
                name = f"{column}_{word}_{days}"
                found[name] = t.count(where=recent & (t[column] == word))
    s = t.group_by(t.customer_id).aggregate(**found)
    return s.select(
        s.customer_id,
        **{name: s[name] for name in found if not name.endswith("_at")},
        days_known=_days_until(day_of(s.first_at, zone, as_of), as_of, zone),
        days_silent=_days_until(day_of(s.last_at, zone, as_of), as_of, zone),
    )


def _trade(touchpoints: Any, as_of: datetime, zone: str, currency: str) -> Any:
    import ibis  # noqa: PLC0415 -- heavy

    days = purchase_days(touchpoints, as_of=as_of, zone=zone, currency=currency)
    money = days.group_by(days.customer_id).aggregate(
        bought=days.bought.sum(), returned=days.returned.sum()
    )
    happened = days.filter(days.orders > 0)
    before = happened.day.lag().over(
        ibis.window(group_by=happened.customer_id, order_by=happened.day)
    )
    gaps = happened.mutate(
        gap=happened.day.delta(before, unit="day").cast("int64"),
        weekday=happened.day.day_of_week.index(),
    )
    sums = gaps.group_by(gaps.customer_id).aggregate(
        last_on=gaps.day.max(),
        gaps=gaps.gap.count(),
        gap_days=gaps.gap.sum(),
        gap_squares=(gaps.gap * gaps.gap).sum(),
        **{f"weekday_{day}": gaps.count(where=gaps.weekday == day) for day in range(7)},
    )
    s = sums.left_join(money, "customer_id")
    return s.select(
        s.customer_id,
        days_since_purchase=_days_until(s.last_on, as_of, zone).cast("float64"),
        mean_gap=_real(s.gap_days) / _real(s.gaps.nullif(0)),
        sd_gap=_deviation(s),
        return_share=_real(s.returned) / _real(s.bought.nullif(0)),
        **{f"weekday_{day}": s[f"weekday_{day}"] for day in range(7)},
    )


def _products(lines: Any, as_of: datetime) -> Any:
    bought = lines.filter(
        lines.kind == PURCHASE, lines.occurred_at < instant(lines.occurred_at, as_of)
    )
    return bought.group_by(bought.customer_id).aggregate(products=bought["product"].nunique())


def _deviation(s: Any) -> Any:
    """Return the standard deviation of gaps (n - 1), null for fewer than two."""
    import ibis  # noqa: PLC0415 -- heavy

    enough = s.gaps > 1
    n, total, squares = _real(s.gaps), _real(s.gap_days), _real(s.gap_squares)
    # The sums are whole numbers, so what is squared and subtracted is exact.
    spread = (n * squares - total * total) / (n * (n - 1)).nullif(0)
    return ibis.cases((enough, spread.sqrt()), else_=ibis.null("float64"))


def _days_until(day: Any, as_of: datetime, zone: str) -> Any:
    import ibis  # noqa: PLC0415 -- heavy

    return ibis.literal(as_of.astimezone(ZoneInfo(zone)).date()).delta(day, unit="day")


def _real(value: Any) -> Any:
    return value.cast("float64")
