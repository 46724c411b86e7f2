"""The facts of the index as SQL of each customer; what one customer's page and lists both read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Numeric,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import Session, aliased

from guanxi.sdk import Attribute, Customer, Touchpoint, attributes_of
from guanxi_loyalty.models import Programme, Referral, Standing, TierPolicy
from guanxi_loyalty.tiers.policy import read_tiers

CAME: Final = ("qualified", "rewarded")
Now = datetime | ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Tiers:
    """The tiers that count: those in force in the first programme, by its key, that has some."""

    programme_id: Any
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactColumns:
    """One expression per fact, each to be selected beside ``sdk.Customer``."""

    purchases: ColumnElement[Any]
    first_at: ColumnElement[Any]
    last_at: ColumnElement[Any]
    referrals: ColumnElement[Any]
    nps: ColumnElement[Any]
    tier: ColumnElement[Any]
    place: ColumnElement[Any]


def columns(now: Now, tiers: Tiers | None, nps: Attribute | None) -> FactColumns:
    """Return the facts as of ``now``; the tier is the one that is stored."""
    at = literal(now, DateTime(timezone=True)) if isinstance(now, datetime) else now
    tier = _tier(tiers)
    return FactColumns(
        purchases=_trade(func.count(), at),
        first_at=_trade(func.min(Touchpoint.occurred_at), at),
        last_at=_trade(func.max(Touchpoint.occurred_at), at),
        referrals=_referrals(at),
        nps=_offered(nps),
        tier=tier,
        place=case({key: n for n, key in enumerate(tiers.keys)}, value=tier, else_=null())
        if tiers
        else null(),
    )


def tiers_that_count(session: Session, now: datetime) -> Tiers | None:
    """Return the tiers in force at ``now``, the first ones also before that; None without any."""
    programme_id = session.scalar(
        select(Programme.id)
        .where(Programme.id.in_(select(TierPolicy.programme_id)))
        .order_by(Programme.key)
        .limit(1)
    )
    if programme_id is None:
        return None
    begun = TierPolicy.in_force_from <= now
    definition = session.scalars(
        select(TierPolicy.definition)
        .where(TierPolicy.programme_id == programme_id)
        .order_by(
            begun.desc(), case((begun, TierPolicy.in_force_from)).desc(), TierPolicy.in_force_from
        )
        .limit(1)
    ).one()
    return Tiers(programme_id, tuple(tier.key for tier in read_tiers(definition).tiers))


def nps_attribute(session: Session, key: str) -> Attribute | None:
    """Return the attribute that tells the willingness to recommend; None if nobody offers it."""
    found = attributes_of(session).get(key) if key else None
    return found if found is not None and found.type == "number" else None


def _trade(measure: ColumnElement[Any], at: Any) -> ColumnElement[Any]:
    return (
        select(measure)
        .where(
            Touchpoint.customer_id == Customer.id,
            Touchpoint.kind == "purchase",
            Touchpoint.state == "recorded",
            Touchpoint.occurred_at <= at,
        )
        .correlate(Customer)
        .scalar_subquery()
    )


def _referrals(at: Any) -> ColumnElement[Any]:
    return (
        select(func.count())
        .select_from(Referral)
        .where(
            Referral.referrer_id == Customer.id,
            Referral.state.in_(CAME),
            Referral.qualified_at <= at,
        )
        .correlate(Customer)
        .scalar_subquery()
    )


def _offered(nps: Attribute | None) -> ColumnElement[Any]:
    if nps is None:
        return cast(null(), Numeric)
    value = cast(nps.sql(), Numeric)
    if nps.join is None:
        return value
    on: Any = nps.on
    query = select(func.max(value)).select_from(nps.join).where(on)
    return query.correlate(Customer).scalar_subquery()


def _tier(tiers: Tiers | None) -> ColumnElement[Any]:
    if tiers is None:
        return cast(null(), Text)
    standing = aliased(Standing)
    return (
        select(standing.tier)
        .where(
            standing.programme_id == tiers.programme_id,
            standing.customer_id == Customer.id,
        )
        .correlate(Customer)
        .scalar_subquery()
    )
