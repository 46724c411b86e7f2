"""Whatever staff do, and however far the worker is behind, facts and touchpoints agree."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.delivery.trade import OPENED, Shop

from guanxi.db import Database
from guanxi.delivery.facts import verify_facts

picks = st.integers(0, 9)
steps = st.one_of(
    st.tuples(st.just("visit"), picks, st.integers(0, 20), st.sampled_from(["in", "out", "none"])),
    st.tuples(st.just("sale"), picks, st.integers(0, 20), st.sampled_from(["9.99", "-3", "0.01"])),
    st.tuples(st.just("void"), picks),
    st.tuples(st.just("amend amount"), picks, st.sampled_from(["1", "2.50"])),
    st.tuples(st.just("amend day"), picks, st.integers(0, 20)),
    st.tuples(st.just("give"), picks, picks),
    st.tuples(st.just("assign"), picks, picks),
    st.tuples(st.just("merge"), picks, picks),
    st.tuples(st.just("unmerge"), picks),
    st.tuples(st.just("deliver some"), picks),
)


class Story:
    """A shop in which steps are carried out as far as they make sense."""

    def __init__(self, database: Database) -> None:
        self.shop = Shop(database)
        for name in ("Ming", "Hong", "Lan", "Bo"):
            self.shop.customer(name)

    def somebody(self, pick: int) -> UUID | None:
        """Return one of the customers, or nobody."""
        return ([*self.shop.customers, None])[pick % 5]

    def something(self, pick: int) -> UUID | None:
        """Return one of the latest touchpoints."""
        latest = self.shop.touchpoints[-6:]
        return latest[pick % len(latest)] if latest else None

    def take(self, step: tuple) -> None:
        """Carry out one step."""
        name, pick, *more = step
        shop, customer, touchpoint = self.shop, self.somebody(pick), self.something(pick)
        if name == "visit":
            shop.visit(customer, more[0], direction=more[1])
        elif name == "sale":
            shop.sale(customer, more[1], more[0])
        elif name == "deliver some":
            shop.deliver_some(pick)
        elif name == "merge":
            self.merge(customer, self.somebody(more[0]))
        elif name == "unmerge" and shop.merges:
            shop.unmerge(shop.merges[pick % len(shop.merges)])
        elif touchpoint is not None:
            self.correct(name, touchpoint, more)

    def merge(self, kept: UUID | None, merged: UUID | None) -> None:
        """Merge two customers if they are two."""
        if kept is not None and merged is not None:
            self.shop.merge(kept, merged)

    def correct(self, name: str, touchpoint: UUID, more: list) -> None:
        """Correct one touchpoint."""
        if name == "void":
            self.shop.void(touchpoint)
        elif name == "amend amount":
            self.shop.amend(touchpoint, amount=Decimal(more[0]), currency="EUR")
        elif name == "amend day":
            self.shop.amend(touchpoint, occurred_at=OPENED + timedelta(days=more[0]))
        elif name == "give":
            self.shop.amend(touchpoint, customer_id=self.somebody(more[0]))
        elif name == "assign" and self.somebody(more[0]) is not None:
            self.shop.assign(touchpoint, self.somebody(more[0]))


def empty(database: Database) -> None:
    """Start over: Hypothesis runs many stories on one database."""
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "TRUNCATE events, touchpoints, customers, customer_activity, customer_trade, "
                "touchpoint_days, delivery_bookmarks, delivery_parked CASCADE"
            )
        )


@given(story=st.lists(steps, min_size=3, max_size=30))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_facts_and_touchpoints_agree_at_every_moment(database, story):
    empty(database)
    telling = Story(database)
    for step in story:
        telling.take(step)
        with database.read() as session:
            assert verify_facts(session) == []

    telling.shop.deliver()

    with database.read() as session:
        assert verify_facts(session) == []
