"""Sums over tables that hang on customers follow the row rule of whoever asks."""

from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests.customers.conftest import Make

from guanxi.access.principal import Principal
from guanxi.customers.models import CustomerIdentity
from guanxi.db import Database
from guanxi.sdk import customers
from guanxi.testkit.factories import Factories

TABLE = CustomerIdentity.__table__
"""The table itself: unlike the mapped class it has no row rule of its own."""


@pytest.mark.parametrize(("scope", "seen"), [("own", 1), ("all", 2)])
def test_a_count_holds_only_what_hangs_on_customers_in_sight(
    make: Make, factories: Factories, guarded: Database, scope: str, seen: int
) -> None:
    li = factories.user()
    make("Ann", owner_id=li, email="ann@example.com")
    make("Bo", email="bo@example.com")

    with guarded.read(Principal(li, "Li", scope=scope)) as session:
        within = customers.in_sight(session, TABLE.c.customer_id)
        assert session.scalar(select(func.count(TABLE.c.id)).where(within)) == seen


def test_what_knows_no_person_counts_everybody(make: Make, database: Database) -> None:
    """Jobs and commands have no row rule."""
    make("Ann", email="ann@example.com")

    with database.read() as session:
        within = customers.in_sight(session, TABLE.c.customer_id)
        assert session.scalar(select(func.count(TABLE.c.id)).where(within)) == 1


def test_whoever_owns_nobody_counts_nothing(make: Make, guarded: Database) -> None:
    make("Ann", email="ann@example.com")

    with guarded.read(Principal(UUID(int=7), "Li", scope="own")) as session:
        within = customers.in_sight(session, TABLE.c.customer_id)
        assert session.scalar(select(func.count(TABLE.c.id)).where(within)) == 0
