"""How probably each customer lapses, by which model, and what is at stake: the SQL of it.

One honest number per customer: ``1 - p_alive`` where the lifetime model knows the customer, else
the probability of staying silent, else unknown; the other way round where the policy says so.
Nothing is stored twice, so it is never stale.
"""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    Subquery,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from guanxi.sdk import Customer, customers
from guanxi_scoring.churn.policy import Policy
from guanxi_scoring.models import LapsePolicy, LapseThreshold, LifetimeScore, SilenceScore

SOURCES: Final = ("lifetime", "silence")
CLASSES: Final = ("high", "medium", "low")
_PLACES: Final = 4
_LEAST_ALIVE: Final = Decimal("0.001")
"""Of whom it is still less probable that they are active, nobody knows what keeping is worth."""


def _probability(silence_first: ColumnElement[bool]) -> ColumnElement[Any]:
    gone, silent = 1 - LifetimeScore.p_alive, SilenceScore.p
    return case((silence_first, func.coalesce(silent, gone)), else_=func.coalesce(gone, silent))


def _source(silence_first: ColumnElement[bool]) -> ColumnElement[Any]:
    by_lifetime = (LifetimeScore.customer_id.is_not(None), "lifetime")
    by_silence = (SilenceScore.customer_id.is_not(None), "silence")
    return case((silence_first, case(by_silence, by_lifetime)), else_=case(by_lifetime, by_silence))


def _silence_first() -> ColumnElement[bool]:
    """Say whether the policy in force asks the model of silence first."""
    return select(LapsePolicy.risk_from).scalar_subquery() == "silence"


def risks() -> Subquery:
    """Return everybody's risk: ``customer_id``, ``p``, ``source``; for attributes."""
    everybody = aliased(Customer.__table__, name="lapsing")
    found = (
        select(
            everybody.c.id.label("customer_id"),
            _probability(_silence_first()).label("p"),
            _source(_silence_first()).label("source"),
        )
        .select_from(everybody)
        .outerjoin(LifetimeScore, LifetimeScore.customer_id == everybody.c.id)
        .outerjoin(SilenceScore, SilenceScore.customer_id == everybody.c.id)
    )
    return found.subquery("lapse_risks")


def class_of(p: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``high``, ``medium`` or ``low`` by the threshold in force; unknown without one."""
    high = select(LapseThreshold.high).scalar_subquery()
    medium = select(LapseThreshold.medium).scalar_subquery()
    return case(
        (p.is_(None) | high.is_(None), null()),
        (p >= high, "high"),
        (p >= medium, "medium"),
        else_="low",
    )


def standing(session: Session, policy: Policy) -> Select[Any]:
    """Return the customers whom whoever asks sees, with what contacting them would bring.

    Columns: ``customer_id``, ``name``, ``p``, ``source``, ``value``, ``gain``, ``threshold`` (the
    own one, by the value at stake). Only who can be contacted: not closed, merged or erased.
    """
    first = true() if policy.risk_from == "silence" else false()
    p, value = cast(_probability(first), Numeric), _value(policy)
    return (
        select(
            Customer.id.label("customer_id"),
            Customer.display_name.label("name"),
            p.label("p"),
            _source(first).label("source"),
            value.label("value"),
            _gain(policy, p, value).label("gain"),
            _threshold(policy, value).label("threshold"),
        )
        .outerjoin(LifetimeScore, LifetimeScore.customer_id == Customer.id)
        .outerjoin(SilenceScore, SilenceScore.customer_id == Customer.id)
        .where(
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
            Customer.status == "active",
            customers.in_sight(session, Customer.id),
        )
    )


def _value(policy: Policy) -> ColumnElement[Any]:
    """Return what is at stake; an expected value in another currency is unknown."""
    fixed = literal(policy.fixed_value, Numeric)
    if policy.value_from == "fixed":
        return fixed
    own: ColumnElement[Any] = LifetimeScore.__table__.c.clv_12m
    if policy.value_from == "kept":
        alive = cast(LifetimeScore.p_alive, Numeric)
        own = func.round(own / case((alive >= _LEAST_ALIVE, alive)), _PLACES)
    return func.coalesce(case((LifetimeScore.currency == policy.currency, own)), fixed)


def _gain(policy: Policy, p: ColumnElement[Any], value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``threshold.expected_gain`` in SQL, rounded to the decimals of money."""
    costs = policy.costs
    kept = p * literal(costs.save_rate, Numeric) * value
    wasted = (1 - p) * literal(costs.wasted, Numeric)
    return func.round(kept - literal(costs.contact, Numeric) - wasted, _PLACES)


def _threshold(policy: Policy, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``threshold.threshold`` in SQL."""
    costs = policy.costs
    saved = literal(costs.save_rate, Numeric) * value + literal(costs.wasted, Numeric)
    return literal(costs.for_nothing, Numeric) / func.nullif(saved, 0)
