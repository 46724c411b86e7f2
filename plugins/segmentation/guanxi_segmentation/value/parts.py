"""Both values of one customer, itemised: every part with what it is made of, summing exactly.

The same rules as ``worth``, asked for one customer in more detail; a test holds them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_segmentation.company import Company, company
from guanxi_segmentation.models import CustomerValue
from guanxi_segmentation.value.costs import cost_of_contact, margin_rate, unit_costs
from guanxi_segmentation.value.scores import Score, scores
from guanxi_segmentation.value.sources import sources


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a value; the amounts of its ``parts`` sum to its own.

    :param amount: in the company's currency; None: unknown. The total value is unknown, too, where
        the expected value is; the cost of a reward without an amount is in no sum.
    :param count: how many (orders, contacts, rewards), where something is counted.
    :param of: what exactly: ``channel/kind`` of contacts, ``kind/unit`` of rewards.
    :param note: why it is as it is, such as that nobody said what a contact costs.
    """

    key: str
    title: Text
    amount: Decimal | None
    count: int | None = None
    of: tuple[str, ...] = ()
    note: Text | None = None
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Itemised:
    """Total value and net value of one customer, apart, and the three sub-scores."""

    currency: str
    total: Part
    net: Part
    scores: tuple[Score, ...]
    index: Decimal | None = field(default=None)


UNKNOWN_FUTURE = Text(
    "Unknown: no attribute in the settings tells the expected future value.",
    "未知：设置中没有可用的预期未来价值属性。",
)
UNKNOWN_HERE = Text(
    "Unknown: the attribute in the settings tells nothing of this customer.",
    "未知：设置中的属性没有此客户的值。",
)
UNKNOWN_TOTAL = Text(
    "Unknown, as the expected future value is; known is the observed value.",
    "未知，因为预期未来价值未知；已知的是已实现价值。",
)
NO_REWARD_COSTS = Text(
    "Rewards whose cost the settings do not tell are not counted.",
    "设置中未填写成本的奖励不计入。",
)
NO_COSTS = Text("Nobody said in the settings what a contact costs.", "设置中尚未填写接触成本。")

_ORDERS = text(
    """
    SELECT kind, count(*) AS how_many, coalesce(sum(amount), 0) AS amount FROM touchpoints
    WHERE customer_id = :id AND state = 'recorded' AND occurred_at < :as_of
      AND kind IN ('purchase', 'return') AND currency = :currency
    GROUP BY kind
    """
)
_CONTACTS = """
    SELECT channel, kind, count(*) AS how_many, sum({cost}) AS amount FROM touchpoints
    WHERE customer_id = :id AND state = 'recorded' AND occurred_at < :as_of
    GROUP BY channel, kind HAVING sum({cost}) <> 0 ORDER BY 4 DESC, 1, 2
"""
_REWARDS = text(
    """
    SELECT r.kind, r.unit, count(*) AS how_many, sum(u.cost *
        CASE r.state WHEN 'expired' THEN r.redeemed_amount ELSE r.amount END) AS amount
    FROM rewards r
    JOIN unnest(CAST(:units AS text[]), CAST(:unit_costs AS numeric[])) u(unit, cost)
        ON u.unit = r.unit
    WHERE r.customer_id = :id AND r.state IN ('granted', 'redeemed', 'expired')
      AND r.granted_at < :as_of
    GROUP BY r.kind, r.unit ORDER BY 4 DESC NULLS LAST, 1, 2
    """
)
_OF_UNKNOWN_COST = text(
    """
    SELECT EXISTS (
        SELECT FROM rewards r
        WHERE r.customer_id = :id AND r.state IN ('granted', 'redeemed', 'expired')
          AND r.granted_at < :as_of
          AND (r.amount IS NULL AND r.state <> 'expired'
               OR r.unit IS NULL OR r.unit <> ALL(CAST(:units AS text[])))
    )
    """
)


def itemised(session: Session, customer_id: UUID, *, as_of: datetime) -> Itemised:
    """Return what one customer is worth, with all parts.

    Expected value and sub-scores are those stored at the last refresh; the rest is asked anew.
    """
    now = company(session)
    asked = {"id": customer_id, "as_of": as_of, "currency": now.currency}
    stored = session.execute(
        select(CustomerValue).where(CustomerValue.customer_id == customer_id),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    orders = {row.kind: row for row in session.execute(_ORDERS, asked)}
    observed = _observed(orders)
    return Itemised(
        now.currency,
        _total(observed, stored, offered=sources(session, now).expected is not None),
        _net(session, now, observed, asked),
        scores(session, now, customer_id, stored, as_of=as_of),
        stored.index if stored else None,
    )


def _observed(orders: dict[str, Any]) -> Part:
    named = (("purchase", Text("Purchases", "购买")), ("return", Text("Returns", "退货")))
    parts = tuple(
        Part(key, title, orders[key].amount, orders[key].how_many)
        for key, title in named
        if key in orders
    )
    return Part("observed", Text("Observed value", "已实现价值"), _sum(parts), parts=parts)


def _total(observed: Part, stored: CustomerValue | None, *, offered: bool) -> Part:
    """Return observed + expected value; what one of them lacks cannot be had from the other.

    :param offered: whether some attribute tells the expected value at all.
    """
    expected, title = stored.expected if stored else None, Text("Total value", "客户总价值")
    future = Text("Expected future value", "预期未来价值")
    if expected is None:
        note = UNKNOWN_HERE if offered else UNKNOWN_FUTURE
        unknown = Part("expected", future, None, note=note)
        return Part("total", title, None, note=UNKNOWN_TOTAL, parts=(observed, unknown))
    parts = (observed, Part("expected", future, expected))
    return Part("total", title, _sum(parts), parts=parts)


def _net(session: Session, now: Company, observed: Part, asked: dict[str, Any]) -> Part:
    margin = Part(
        "margin",
        Text("Margin", "毛利"),
        (observed.amount or Decimal(0)) * margin_rate(now),
        note=Text(
            f"{now.settings['margin_percent']:f} % of the observed value",
            f"已实现价值的 {now.settings['margin_percent']:f}%",
        ),
    )
    parts = (margin, _cost(session, now, asked), _incentives(session, now, asked))
    return Part("net", Text("Net value", "净价值"), _sum(parts), parts=parts)


def _cost(session: Session, now: Company, asked: dict[str, Any]) -> Part:
    cost, values = cost_of_contact(now)
    rows = session.execute(text(_CONTACTS.format(cost=cost)), {**asked, **values})
    title = Text("Contacts", "接触")
    parts = tuple(
        Part("contacts", title, -row.amount, row.how_many, (row.channel, row.kind)) for row in rows
    )
    note = None if values else NO_COSTS
    return Part("cost", Text("Cost to serve", "服务成本"), _sum(parts), note=note, parts=parts)


def _incentives(session: Session, now: Company, asked: dict[str, Any]) -> Part:
    costs = unit_costs(now)
    units = {"units": list(costs), "unit_costs": list(costs.values())}
    title = Text("Rewards", "奖励")
    parts = tuple(
        Part("rewards", title, _negative(row.amount), row.how_many, (row.kind, row.unit))
        for row in session.execute(_REWARDS, {**asked, **units})
    )
    unknown = session.execute(_OF_UNKNOWN_COST, {**asked, "units": list(costs)}).scalar_one()
    note = NO_REWARD_COSTS if unknown else None
    return Part("incentives", Text("Incentives", "激励成本"), _sum(parts), note=note, parts=parts)


def _negative(amount: Decimal | None) -> Decimal | None:
    """Return it with the other sign; a reward without an amount has an unknown cost."""
    return None if amount is None else -amount


def _sum(parts: Sequence[Part]) -> Decimal:
    return sum((part.amount for part in parts if part.amount is not None), Decimal(0))
