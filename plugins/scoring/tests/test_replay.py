"""Reading the log again leaves exactly the scores that were there, and brings back those lost."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from plugins.scoring.tests.risk.office import Office
from plugins.scoring.tests.shop import Shop
from sqlalchemy import Table, delete, select, text

from guanxi.delivery.at_work import find_reader
from guanxi.delivery.replay import replay
from guanxi_scoring.churn.jobs import rhythms, threshold
from guanxi_scoring.churn.policy import change
from guanxi_scoring.life.ordering import waiting_orders
from guanxi_scoring.mining.jobs import prefer
from guanxi_scoring.models import Base
from guanxi_scoring.propensity.managing import GoalDraft, create_goal

VOLATILE = frozenset({"scored_at", "refreshed_at", "changed_at", "computed_at", "looked_at"})
"""Columns that say when something was worked out, not what came of it."""
LINES = text(
    """
    INSERT INTO touchpoint_lines (touchpoint_id, number, product, description, quantity, unit_price)
    SELECT t.id, n.number, n.product, n.product, 1, t.amount / 2
    FROM touchpoints t CROSS JOIN LATERAL (
        SELECT 1 AS number, 'P' || abs(hashtext(t.id::text) % 5) AS product
        UNION ALL SELECT 2, 'CUP' WHERE hashtext(t.customer_id::text) % 2 = 0
        UNION ALL SELECT 3, 'TEA' WHERE hashtext(t.customer_id::text) % 2 = 0
    ) n WHERE t.kind = 'purchase'
    """
)
DERIVED = (
    "scoring_lifetime",
    "scoring_silence",
    "scoring_next_products",
    "scoring_propensities",
    "scoring_risk_standings",
    "scoring_rhythms",
    "scoring_preferences",
)


@pytest.fixture
def trading(shop: Shop) -> Shop:
    """A shop in which every part of scoring has something to say, up to date with the log."""
    buyers = shop.trade(150, days=330)
    office = Office(shop.platform, shop.write, shop.now)
    office.agency()
    for one in buyers[:12]:
        shop.buy(one, shop.now - timedelta(days=2), "25")
        office.consent(one, given=True)
        office.rate(one, "B")
    with shop.write() as session:
        session.execute(LINES)
    shop.run("score")
    with shop.write() as session:
        options = {"question": "buy", "within_days": 30, "min_each": 5, "min_cases": 20}
        draft = GoalDraft("repurchase", "Buys again", "再次购买", options)
        create_goal(session, draft, may=lambda _: True, now=shop.now)
    while _waits(shop):
        shop.run("fit")
    for _ in range(5):
        shop.run("score")
    costs = {"contact_cost": Decimal(1), "wasted_cost": Decimal(0), "save_rate": Decimal("0.2")}
    with shop.write() as session:
        change(session, costs, now=shop.now)
        rhythms(session, shop.now)
        threshold(session, shop.now)
        prefer(session, shop.now)
    shop.deliver()
    return shop


@pytest.mark.slow
def test_a_replay_leaves_every_table_of_scoring_as_it_was(trading: Shop) -> None:
    before = stored(trading)

    delivered = again(trading)

    assert delivered > 0
    for name in DERIVED:
        assert before[name], name
    assert stored(trading) == before


@pytest.mark.slow
def test_a_replay_brings_back_what_was_lost(trading: Shop) -> None:
    """Of those whom the log names; of the others nothing is told, so a full round has to."""
    named = {row["customer_id"] for row in stored(trading)["scoring_risk_standings"]}
    before = about(trading, named)
    with trading.write() as session:
        for name in DERIVED:
            table = Base.metadata.tables[name]
            session.execute(delete(table).where(table.c.customer_id.in_(named)))
    lost = about(trading, named)

    again(trading)

    assert len(named) == 12
    assert lost != before
    assert not any(lost.values())
    assert about(trading, named) == before


def again(shop: Shop) -> int:
    """Replay scoring from the start; return how many events were delivered."""
    reader = find_reader(shop.platform, "scoring")
    assert reader is not None
    with shop.write() as session:
        replay(session, reader)
    return shop.deliver()


def stored(shop: Shop) -> Mapping[str, list[dict[str, Any]]]:
    """Every row of every table of scoring, without when it was worked out."""
    return {name: _rows(shop, table) for name, table in Base.metadata.tables.items()}


def about(shop: Shop, customers: set[Any]) -> Mapping[str, list[dict[str, Any]]]:
    """What is derived of some customers."""
    found = stored(shop)
    return {
        name: [row for row in found[name] if row["customer_id"] in customers] for name in DERIVED
    }


def _rows(shop: Shop, table: Table) -> list[dict[str, Any]]:
    with shop.read() as session:
        found = session.execute(select(table).order_by(*table.primary_key)).mappings()
        return [
            {name: value for name, value in row.items() if name not in VOLATILE} for row in found
        ]


def _waits(shop: Shop) -> bool:
    with shop.read() as session:
        return bool(waiting_orders(session))
