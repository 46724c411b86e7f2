"""A run of mining: everything is looked for with a fixed seed, and put forward."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Touchpoint
from guanxi_scoring.company import company
from guanxi_scoring.mining import insights
from guanxi_scoring.models import Product
from guanxi_scoring.texts import N_

SEED: Final = 1
TOO_FEW: Final = N_(
    "Too few customers have bought anything: %(customers)s; at least 50 are needed."
)
_LEAST_CUSTOMERS: Final = 50
_EACH: Final = 25
"""So many findings of a kind are put forward at most, the strongest."""


def known_until(session: Session, now: datetime) -> datetime:
    """Return the instant up to which there is something to mine: a day after the last purchase."""
    last = session.scalar(
        select(func.max(Touchpoint.occurred_at)).where(
            Touchpoint.state == "recorded",
            Touchpoint.kind == "purchase",
            Touchpoint.occurred_at < now,
        )
    )
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
    names = descriptions(session)
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


def descriptions(session: Session) -> dict[str, str]:
    """Return what products are called."""
    query = select(Product.product, Product.description).where(Product.description.is_not(None))
    return {row[0]: str(row[1]) for row in session.execute(query)}
