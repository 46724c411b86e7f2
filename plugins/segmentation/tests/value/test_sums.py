"""Parts sum exactly: to each value, over all customers, and to what the tables hold."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, touch
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guanxi.sdk import new_id, rewards
from guanxi_segmentation import value
from guanxi_segmentation.models import CustomerValue
from guanxi_segmentation.value import Part

Writing = Callable[..., Any]
Configure = Callable[..., None]
Row = dict[str, Any]

COSTS = {
    ("phone", "call"): "3.5",
    ("phone", "*"): "2.25",
    ("*", "complaint"): "11",
    ("*", "*"): "0.1",
}
OUTCOMES = (None, "resolved", "unresolved", "reached", "follow_up")
SETTINGS = {
    "margin_percent": "37.51",
    "cost_to_serve": [f"{channel} {kind} {cost}" for (channel, kind), cost in COSTS.items()],
    "reward_costs": ["points 0.0125"],
}


def a_history(
    session: Session, now: datetime, seed: int
) -> tuple[list[UUID], list[Row], list[Row]]:
    rng = random.Random(seed)
    people = add_people(session, 25, at=now)
    touchpoints = [_touch(rng, rng.choice(people), now) for _ in range(300)]
    given = [_reward(rng, rng.choice(people), now) for _ in range(80)]
    add_touchpoints(session, touchpoints)
    session.execute(insert(rewards.Reward), given)
    return people, touchpoints, given


def _touch(rng: random.Random, one: UUID, now: datetime) -> Row:
    kind = rng.choice(("purchase", "purchase", "return", "call", "complaint", "inquiry", "visit"))
    more: Row = {"outcome": rng.choice(OUTCOMES)}
    if kind in ("purchase", "return"):
        cents = Decimal(rng.randrange(1, 10**8)).scaleb(-4)
        more["amount"] = cents if kind == "purchase" else -cents / 10
        more["amount"] = round(more["amount"], 4)
        more["currency"] = rng.choice(("GBP", "GBP", "GBP", "EUR"))
    return touch(
        one,
        now - timedelta(days=rng.choice((-0.02, 0, 3, 364, 366, rng.random() * 900))),
        channel=rng.choice(("phone", "store", "email")),
        kind=kind,
        state=rng.choice(("recorded", "recorded", "recorded", "voided")),
        **more,
    )


def _reward(rng: random.Random, one: UUID, now: datetime) -> Row:
    amount = rng.choice((None, Decimal(rng.randrange(1, 10**6)).scaleb(-2)))
    used = Decimal(0) if amount is None else round(amount * Decimal(rng.random()), 2)
    state = rng.choice(("requested", "granted", "redeemed", "reversed", "expired", "refused"))
    granted = (
        None if state in ("requested", "refused") else now - timedelta(days=rng.choice((0, 5)))
    )
    return {
        "id": new_id(),
        "customer_id": one,
        "kind": rng.choice(("points", "coupon")),
        "amount": amount,
        "unit": rng.choice(("points", "GBP", "EUR", None)),
        "reason": "x",
        "source": "test",
        "idempotency_key": str(rng.random()),
        "state": state,
        "redeemed_amount": used,
        "requested_at": now - timedelta(days=6),
        "granted_at": None if state in ("requested", "refused") else granted,
        "changed_at": now,
    }


def counts(row: Row, now: datetime) -> bool:
    return row["state"] == "recorded" and row["occurred_at"] < now


def cost_of(row: Row) -> Decimal:
    for channel, kind in (
        (row["channel"], row["kind"]), (row["channel"], "*"), ("*", row["kind"]), ("*", "*"),
    ):  # fmt: skip
        if (channel, kind) in COSTS:
            return Decimal(COSTS[channel, kind])
    return Decimal(0)


def incentive(row: Row, now: datetime) -> Decimal:
    if row["state"] not in ("granted", "redeemed", "expired") or not row["granted_at"] < now:
        return Decimal(0)
    each = {"points": Decimal("0.0125"), "GBP": Decimal(1)}.get(row["unit"], Decimal(0))
    amount = row["redeemed_amount"] if row["state"] == "expired" else row["amount"] or Decimal(0)
    return each * amount


def by_hand(one: UUID, touchpoints: list[Row], given: list[Row], now: datetime) -> Row:
    mine = [row for row in touchpoints if row["customer_id"] == one and counts(row, now)]
    trade = [row for row in mine if row["currency"] == "GBP"]
    bought = [row["amount"] for row in trade if row["kind"] == "purchase"]
    back = [row["amount"] for row in trade if row["kind"] == "return"]
    year = now - timedelta(days=365)
    found: Row = {
        "orders": len(bought),
        "purchased": sum(bought, Decimal(0)),
        "returned": sum(back, Decimal(0)),
        "recent": sum((r["amount"] for r in trade if r["occurred_at"] >= year), Decimal(0)),
        "cost": sum(map(cost_of, mine), Decimal(0)),
        "incentives": sum(
            (incentive(r, now) for r in given if r["customer_id"] == one), Decimal(0)
        ),
    }
    found["observed"] = found["purchased"] + found["returned"]
    found["margin"] = found["observed"] * Decimal("0.3751")
    found["net"] = found["margin"] - found["cost"] - found["incentives"]
    return found | scores(mine, found)


def scores(mine: list[Row], found: Row) -> Row:
    judged = [
        row["outcome"] in ("resolved", "reached")
        for row in mine
        if row["kind"] in ("call", "complaint", "inquiry")
        and row["outcome"] in ("resolved", "reached", "unresolved")
    ]
    product = None
    if found["purchased"] > 0:
        kept = min(max(found["observed"] / found["purchased"], Decimal(0)), Decimal(1)) * 100
        product = two((kept + min(found["orders"], 5) * 20) / 2)
    service = two(Decimal(100 * sum(judged)) / len(judged)) if judged else None
    known = [score for score in (product, service) if score is not None]
    index = two(sum(known) / len(known)) if known else None
    return {"product": product, "service": service, "emotional": None, "index": index}


def two(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def stored(session: Session) -> dict[UUID, CustomerValue]:
    found = session.scalars(select(CustomerValue).execution_options(populate_existing=True))
    return {one.customer_id: one for one in found}


@pytest.mark.parametrize("seed", range(4))
def test_values_equal_brute_force_and_sum_to_what_the_tables_hold(
    writing: Writing, configure: Configure, now: datetime, seed: int
) -> None:
    configure(**SETTINGS)
    with writing() as session:
        people, touchpoints, given = a_history(session, now, seed)
        value.refresh(session, None, as_of=now)
        found = stored(session)
        sums = value.sums(session)

    names = [*by_hand(people[0], touchpoints, given, now)]
    assert {one: {name: getattr(row, name) for name in names} for one, row in found.items()} == {
        one: by_hand(one, touchpoints, given, now) for one in people
    }
    revenue = sum(
        row["amount"] for row in touchpoints if counts(row, now) and row["currency"] == "GBP"
    )
    assert sums.observed == revenue
    assert sums.margin == revenue * Decimal("0.3751")
    assert sums.cost == sum(cost_of(row) for row in touchpoints if counts(row, now))
    assert sums.incentives == sum(incentive(row, now) for row in given)
    assert sums.net == sums.margin - sums.cost - sums.incentives
    assert (sums.customers, sums.expected) == (25, None)


def test_one_customer_alone_is_valued_as_all_are(
    writing: Writing, configure: Configure, now: datetime
) -> None:
    configure(**SETTINGS)
    later = now + timedelta(days=1)
    with writing() as session:
        people, _, _ = a_history(session, now, 9)
        value.refresh(session, None, as_of=now)
        everybody = rows(session)
        session.query(CustomerValue).delete()
        for one in people:
            value.refresh(session, [one], as_of=now)
        alone = rows(session)
        value.refresh(session, None, as_of=later)
        everybody_later = rows(session)
        value.refresh(session, people, as_of=later)

        assert alone == everybody
        assert everybody_later != everybody
        assert rows(session) == everybody_later


def rows(session: Session) -> dict[UUID, list[Any]]:
    names = CustomerValue.__table__.c.keys()
    return {one: [getattr(row, n) for n in names] for one, row in stored(session).items()}


@pytest.mark.parametrize("seed", range(3))
def test_the_items_of_each_customer_sum_to_the_stored_values(
    writing: Writing, configure: Configure, now: datetime, seed: int
) -> None:
    configure(**SETTINGS)
    with writing() as session:
        people, _, _ = a_history(session, now, seed)
        value.refresh(session, None, as_of=now)
        found = stored(session)
        items = {one: value.itemised(session, one, as_of=now) for one in people}

    for one, item in items.items():
        sums_hold(item.total.parts[0])
        sums_hold(item.net)
        row = found[one]
        cost, incentives = (part.amount for part in item.net.parts[1:])
        assert item.total.parts[0].amount == row.observed
        assert item.total.amount is None
        assert item.net.amount == row.net
        assert (item.net.parts[0].amount, cost, incentives) == (
            row.margin, -row.cost, -row.incentives,
        )  # fmt: skip
        assert [score.value for score in item.scores] == [row.product, row.service, row.emotional]


def sums_hold(part: Part) -> None:
    """Every amount is the sum of the amounts of its parts that are known."""
    if part.parts:
        known = [one.amount for one in part.parts if one.amount is not None]
        assert part.amount == sum(known, Decimal(0))
    for one in part.parts:
        sums_hold(one)


def test_a_refresh_says_whether_anything_changed(writing: Writing, now: datetime) -> None:
    with writing() as session:
        people, _, _ = a_history(session, now, 1)
        found = [
            value.refresh(session, people, as_of=now),
            value.refresh(session, people, as_of=now),
            value.refresh(session, None, as_of=now),
            value.refresh(session, [], as_of=now),
        ]
        session.query(CustomerValue).delete()
        found.append(value.refresh(session, None, as_of=now))

    assert found == [True, False, False, False, True]
