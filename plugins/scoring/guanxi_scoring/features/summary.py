"""Recency-frequency summaries of customers (购买频次与近度): what lifetime models learn from.

Fader, Hardie and Lee (2005): ``x`` purchases after the first, the last of them ``t_x`` after the
first, seen for ``T``. The unit is a day of the company's zone; all purchases of one day are one.
Only recorded purchases in the company's currency before ``as_of`` count.

Returns are no purchases. Nothing says which purchase they belong to, so they lessen the money of
all of them in the same proportion; if all the money went back, there is no spend.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from guanxi_scoring.features.days import day_of, instant

PURCHASE, RETURN = "purchase", "return"


def summary(
    touchpoints: Any, *, as_of: datetime, zone: str, currency: str, cut: date | None = None
) -> Any:
    """Return an expression with one row for each customer who bought before ``as_of``.

    ``x``, ``t_x``, ``T`` (days), ``first_on`` and ``last_on``, ``days`` (with a purchase);
    ``paid`` is the money of repeat days, on ``paid_days`` of which there was any; ``bought`` is the
    money of all purchases, ``kept`` the same less returns (``total``); ``spend`` is the mean of a
    paid repeat day less the share of returns, null where there is none. Money is in the major unit.

    :param touchpoints: an Ibis table, see ``tables``.
    :param cut: a day at which hold-out begins; adds ``*_before`` and ``*_after`` it.
    """
    days = purchase_days(touchpoints, as_of=as_of, zone=zone, currency=currency)
    sums = _sums(days, cut)
    return _figures(sums.filter(sums.days > 0), as_of.astimezone(ZoneInfo(zone)).date(), cut)


def purchase_days(touchpoints: Any, *, as_of: datetime, zone: str, currency: str) -> Any:
    """Return an expression with a row per customer and day of trade.

    ``orders`` counts purchases (0 on a day of returns alone), ``bought`` and ``returned`` are
    money, both at least 0.
    """
    import ibis  # noqa: PLC0415 -- heavy

    t = touchpoints
    counted = t.filter(
        t.state == "recorded",
        t.kind.isin([PURCHASE, RETURN]),
        t.currency == currency,
        t.occurred_at < instant(t.occurred_at, as_of),
        t.customer_id.notnull(),
    )
    bought = counted.kind == PURCHASE
    nothing = ibis.literal(0)
    return counted.group_by(
        counted.customer_id, day=day_of(counted.occurred_at, zone, as_of)
    ).aggregate(
        orders=counted.count(where=bought),
        bought=counted.amount.sum(where=bought).coalesce(nothing),
        returned=-counted.amount.sum(where=~bought).coalesce(nothing),
    )


def counted(summaries: Any) -> Any:
    """Return how many customers have the same ``x``, ``t_x`` and ``T``: a fit needs no more."""
    return summaries.group_by("x", "t_x", "T").aggregate(count=summaries.count())


def _sums(days: Any, cut: date | None) -> Any:
    """Return what there is to add up over the days of each customer."""
    happened = days.orders > 0
    found = {
        "days": days.count(where=happened),
        "first_on": days.day.min(where=happened),
        "last_on": days.day.max(where=happened),
        "paying_days": days.count(where=days.bought > 0),
        "first_bought": days.bought.argmin(days.day, where=happened),
        "bought": days.bought.sum(),
        "returned": days.returned.sum(),
    }
    if cut is not None:
        early = days.day < cut
        found |= {
            "days_before": days.count(where=happened & early),
            "last_before": days.day.max(where=happened & early),
            "paying_before": days.count(where=(days.bought > 0) & early),
            "bought_before": days.bought.sum(where=early),
        }
    return days.group_by(days.customer_id).aggregate(**found)


def _figures(s: Any, today: date, cut: date | None) -> Any:
    import ibis  # noqa: PLC0415 -- heavy

    paid = s.bought - s.first_bought
    paid_days = s.paying_days - _one_if(s.first_bought > 0)
    kept = s.bought - s.returned
    spend = (_real(paid) / paid_days.cast("float64")) * (_real(kept) / _real(s.bought))
    has_spend = (paid_days > 0) & (kept > 0)
    found = {
        "x": s.days - 1,
        "t_x": s.last_on.delta(s.first_on, unit="day"),
        "T": ibis.literal(today).delta(s.first_on, unit="day"),
        "first_on": s.first_on,
        "last_on": s.last_on,
        "days": s.days,
        "paid_days": paid_days,
        "paid": _real(paid),
        "bought": _real(s.bought),
        "kept": _real(kept),
        "spend": ibis.cases((has_spend, spend), else_=ibis.null("float64")),
    }
    if cut is not None:
        found |= _parts(s, cut)
    return s.select(s.customer_id, **found)


def _parts(s: Any, cut: date) -> dict[str, Any]:
    """Return what had happened before ``cut``, and what came from then on."""
    import ibis  # noqa: PLC0415 -- heavy

    known = s.first_on < cut
    nothing = ibis.literal(0)
    first = ibis.cases((known, s.first_bought), else_=nothing.cast(s.first_bought.type()))
    paid_before = s.bought_before.coalesce(nothing) - first
    return {
        "days_before": s.days_before,
        "t_x_before": s.last_before.delta(s.first_on, unit="day").coalesce(nothing),
        "paid_days_before": s.paying_before - _one_if(first > 0),
        "paid_before": _real(paid_before),
        "days_after": s.days - s.days_before,
        "paid_after": _real(s.bought - s.bought_before.coalesce(nothing)),
    }


def _real(money: Any) -> Any:
    """Return an exact sum as the nearest float: here mathematics begin."""
    return money.cast("float64")


def _one_if(condition: Any) -> Any:
    """Return 1 where something holds; PostgreSQL casts no truth into a bigint."""
    import ibis  # noqa: PLC0415 -- heavy

    return ibis.cases((condition, 1), else_=0)
