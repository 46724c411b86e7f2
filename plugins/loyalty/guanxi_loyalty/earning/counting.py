"""Budgets of campaigns and limits of members: counted by conditional UPDATE, never by reading."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict
from guanxi_loyalty.earning.facts import RuleFacts
from guanxi_loyalty.earning.periods import first_day
from guanxi_loyalty.texts import N_

_SPEND = text(
    """
    UPDATE loyalty_campaigns SET spent = spent + :units
    WHERE id = :id AND (budget IS NULL OR spent + :units <= budget)
    """
)
_LEFT = text(
    "SELECT id, budget - spent FROM loyalty_campaigns WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"
)
_FREE = text("UPDATE loyalty_campaigns SET spent = greatest(spent - :units, 0) WHERE id = :id")
_USE = text(
    """
    INSERT INTO loyalty_rule_uses AS u (rule_id, customer_id, period, begins, times, units)
    VALUES (:rule, :customer, :period, :begins, 1, :units)
    ON CONFLICT (rule_id, customer_id, period, begins) DO UPDATE
    SET times = u.times + 1, units = u.units + :units
    WHERE (CAST(:most_times AS bigint) IS NULL OR u.times + 1 <= :most_times)
      AND (CAST(:most_units AS bigint) IS NULL OR u.units + :units <= :most_units)
    """
)
_UNUSE = text(
    """
    UPDATE loyalty_rule_uses SET times = greatest(times - 1, 0), units = greatest(units - :units, 0)
    WHERE rule_id = :rule AND customer_id = :customer AND period = :period AND begins = :begins
    """
)


def spend(session: Session, amounts: Mapping[UUID, int]) -> bool:
    """Take units out of campaigns' budgets; False, and nothing is taken, where one has too few."""
    with session.begin_nested() as savepoint:
        for campaign_id in sorted(amounts):
            values = {"id": campaign_id, "units": amounts[campaign_id]}
            if not session.execute(_SPEND, values).rowcount:  # type: ignore[attr-defined]
                savepoint.rollback()
                return False
    return True


def lock_left(session: Session, campaigns: list[UUID]) -> dict[UUID, int | None]:
    """Return what is left of budgets, and let nobody else take of them until the commit."""
    rows = session.execute(_LEFT, {"ids": sorted(campaigns)})
    return {row[0]: None if row[1] is None else int(row[1]) for row in rows}


def free(session: Session, amounts: Mapping[UUID, int]) -> None:
    """Give units that were taken back to the budgets that they came from."""
    for campaign_id in sorted(amounts):
        if amounts[campaign_id]:
            session.execute(_FREE, {"id": campaign_id, "units": amounts[campaign_id]})


def use(
    session: Session,
    rule: RuleFacts,
    customer_id: UUID,
    units: int,
    *,
    at: datetime,
    zone: ZoneInfo,
) -> None:
    """Count that a rule gave a member ``units``, in the period of each of its limits.

    :raises Conflict: a limit would be overstepped; whoever judges again sees why.
    """
    for limit in rule.definition.limits:
        values = {
            "rule": rule.id,
            "customer": customer_id,
            "period": limit.period,
            "begins": first_day(limit.period, at, zone),
            "units": units,
            "most_times": limit.times,
            "most_units": limit.units,
        }
        if not session.execute(_USE, values).rowcount:  # type: ignore[attr-defined]
            raise Conflict(N_("Somebody used this rule at the same time. Try again."))


def unuse(
    session: Session,
    rule: RuleFacts,
    customer_id: UUID,
    units: int,
    *,
    at: datetime,
    zone: ZoneInfo,
) -> None:
    """Take one use of a rule back: what it was given for never took place."""
    for limit in rule.definition.limits:
        begins = first_day(limit.period, at, zone)
        values = {"rule": rule.id, "customer": customer_id, "period": limit.period}
        session.execute(_UNUSE, {**values, "begins": begins, "units": units})
