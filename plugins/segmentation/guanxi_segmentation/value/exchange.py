"""The value exchanged (价值交换、双赢): what a customer got beside what they gave.

Both sides are known for everybody: who got nothing got nought, and that is worth seeing.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_segmentation.company import company
from guanxi_segmentation.value.costs import margin_rate, unit_costs


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that was given: how many, and the money where it is money and is known."""

    key: str
    title: Text
    count: int
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the customer got from us, and what we got from the customer."""

    currency: str
    got: tuple[Given, ...]
    gave: tuple[Given, ...]


_CONTACTS: Final = text(
    """
    SELECT
        count(*) FILTER (WHERE kind = 'purchase' AND currency = :currency) AS orders,
        coalesce(sum(amount) FILTER (WHERE kind IN ('purchase', 'return')
            AND currency = :currency), 0) AS revenue,
        count(*) FILTER (WHERE kind = ANY(CAST(:service AS text[])) AND outcome IN
            (SELECT key FROM touchpoint_outcomes WHERE success)) AS solved,
        count(*) FILTER (WHERE kind = 'care') AS care,
        count(*) FILTER (WHERE kind = 'survey' AND direction = 'in') AS answers
    FROM touchpoints
    WHERE customer_id = :id AND state = 'recorded' AND occurred_at < :as_of
    """
)
_REWARDS: Final = text(
    """
    SELECT count(*) AS how_many, sum(u.cost *
        CASE r.state WHEN 'expired' THEN r.redeemed_amount ELSE r.amount END) AS amount
    FROM rewards r
    LEFT JOIN unnest(CAST(:units AS text[]), CAST(:unit_costs AS numeric[])) u(unit, cost)
        ON u.unit = r.unit
    WHERE r.customer_id = :id AND r.state IN ('granted', 'redeemed', 'expired')
      AND r.granted_at < :as_of
    """
)


def exchange(session: Session, customer_id: UUID, *, as_of: datetime) -> Exchange:
    """Return both sides for one customer."""
    now = company(session)
    costs = unit_costs(now)
    asked = {
        "id": customer_id,
        "as_of": as_of,
        "currency": now.currency,
        "service": list(now.settings["service_kinds"]),
        "units": list(costs),
        "unit_costs": list(costs.values()),
    }
    did = session.execute(_CONTACTS, asked).one()
    rewards = session.execute(_REWARDS, asked).one()
    worth = rewards.amount if rewards.how_many else Decimal(0)
    return Exchange(
        now.currency,
        got=(
            Given("rewards", Text("Rewards", "奖励"), rewards.how_many, worth),
            Given("solved", Text("Issues solved", "解决的问题"), did.solved),
            Given("care", Text("Care contacts", "客户关怀"), did.care),
        ),
        gave=(
            Given("orders", Text("Orders", "订单"), did.orders, did.revenue),
            Given("margin", Text("Margin", "毛利"), did.orders, did.revenue * margin_rate(now)),
            Given("answers", Text("Surveys answered", "答复的调查"), did.answers),
        ),
    )
