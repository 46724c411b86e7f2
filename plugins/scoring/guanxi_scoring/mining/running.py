"""A run of mining: everything is looked for with a fixed seed, and put forward."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.mining import insights
from guanxi_scoring.texts import N_

SEED: Final = 1
TOO_FEW: Final = N_(
    "Too few customers have bought anything: %(customers)s; at least 50 are needed."
)
_LEAST_CUSTOMERS: Final = 50
_NAMES: Final = text(
    """
    SELECT l.product, (array_agg(l.description ORDER BY t.occurred_at DESC, t.id DESC))[1]
    FROM touchpoint_lines l JOIN touchpoints t ON t.id = l.touchpoint_id
    WHERE l.product = ANY(CAST(:products AS text[])) AND l.description IS NOT NULL
        AND t.state = 'recorded' AND t.kind = 'purchase'
    GROUP BY l.product
    """
)
LAST_PURCHASE: Final = """
    SELECT max(occurred_at) FROM touchpoints
    WHERE state = 'recorded' AND kind = 'purchase' AND occurred_at < :now
"""
_EACH: Final = 25
"""So many findings of a kind are put forward at most, the strongest."""


def known_until(session: Session, now: datetime) -> datetime:
    """Return the instant up to which there is something to mine: a day after the last purchase."""
    return a_day_after(session.scalar(text(LAST_PURCHASE), {"now": now}), now)


def a_day_after(last: datetime | None, now: datetime) -> datetime:
    """Return a day after the last purchase, if that is not ahead of us; now if there is none."""
    return now if last is None else min(now, last + timedelta(days=1))


def mine(session: Session, now: datetime) -> dict[str, Any]:
    """Look for associations, sequences and groups; return how many were found of what."""
    from guanxi_scoring.mining import associations, clusters, sequences  # noqa: PLC0415 -- SciPy
    from guanxi_scoring.mining.baskets import mined, traits  # noqa: PLC0415 -- as above

    chosen, as_of = company(session).settings, known_until(session, now)
    least = chosen["mining_least_customers"]
    found = mined(session, as_of, least)
    told: dict[str, Any] = {"customers": len(found.customers)}
    if len(found.customers) < _LEAST_CUSTOMERS:
        told["problem"] = TOO_FEW % told
        told["expired"] = insights.expire(session, now)
        return told
    names = descriptions(session, found.products)
    pairs = associations.between_products(found, names, least)
    ones = traits(session, found, chosen["mining_traits"], least)
    of_traits = associations.of_traits(found, ones, names, least)
    days = sequences.first_days(session, found.products, as_of)
    after = sequences.sequences(
        days, found.products, names, within=chosen["mining_days"], least=least,
        last=sequences.since_1970(session, as_of),
    )  # fmt: skip
    people, features = clusters.behaviour(session, as_of)
    groups = clusters.group(people, features, seed=SEED)
    clusters.store(session, groups)
    alike = clusters.described(groups, features) if groups else []
    everything = [*pairs[:_EACH], *of_traits[:_EACH], *after[:_EACH], *alike]
    told |= insights.put_forward(
        session, everything, as_of=as_of, now=now, days=chosen["insight_days"]
    )
    told["expired"] = insights.expire(session, now)
    return told


def descriptions(session: Session, products: Sequence[str]) -> dict[str, str]:
    """Return what products are called, as on the latest of their lines that says so."""
    rows = session.execute(_NAMES, {"products": list(products)})
    return {product: name for product, name in rows}  # noqa: C416 -- rows are no pairs to mypy
