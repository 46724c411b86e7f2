"""The facts compared with the touchpoints, and made anew."""

from datetime import date

import pytest
from sqlalchemy import text
from tests.delivery.trade import Shop

from guanxi.delivery.facts import Difference, facts_reader, rebuild_facts, verify_facts
from guanxi.delivery.replay import replay
from guanxi.events import Vocabulary


@pytest.fixture
def shop(database):
    return Shop(database)


def test_facts_that_are_right_show_no_difference(shop, session):
    ming = shop.customer()
    shop.sale(ming, "10")
    shop.sale(None, "4")
    shop.deliver()

    assert verify_facts(session) == []


def test_events_still_to_come_are_no_difference(shop, session):
    ming = shop.customer()
    first = shop.sale(ming, "10", day=1)
    shop.deliver()
    shop.sale(ming, "20", day=5)
    shop.void(first)

    assert verify_facts(session) == []


def test_a_wrong_sum_is_found(shop, session, database):
    ming = shop.customer()
    shop.sale(ming, "10")
    shop.deliver()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE customer_trade SET revenue = 11"))

    (difference,) = verify_facts(session)

    assert difference.table == "customer_trade"
    assert difference.key == (ming, "EUR")
    assert (difference.stored["revenue"], difference.expected["revenue"]) == (11, 10)


def test_a_missing_row_and_one_too_many_are_found(shop, session, database):
    ming, hong = shop.customer("Ming"), shop.customer("Hong")
    shop.visit(ming, day=1)
    shop.deliver()
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE customer_activity SET customer_id = :other"), {"other": hong}
        )

    found = {d.key[0]: d for d in verify_facts(session)}

    assert {key: (d.stored is None, d.expected is None) for key, d in found.items()} == {
        ming: (True, False),
        hong: (False, True),
    }


def test_a_rebuild_repairs_the_facts(shop, session, database):
    ming = shop.customer()
    shop.sale(ming, "10")
    shop.deliver()
    shop.sale(ming, "5")
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE customer_trade SET revenue = 11"))
        connection.execute(text("DELETE FROM touchpoint_days"))

    with shop.write() as writing:
        rebuild_facts(writing)

    assert verify_facts(session) == []
    shop.deliver()
    assert verify_facts(session) == []


def test_a_replay_of_the_facts_is_a_rebuild(shop, session, database):
    ming = shop.customer()
    shop.sale(ming, "10")
    shop.deliver()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE customer_trade SET revenue = 11"))

    with shop.write() as writing:
        replay(writing, facts_reader(Vocabulary()))

    assert verify_facts(session) == []


def test_a_difference_names_both_sides(shop, session, database):
    with database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO touchpoint_days VALUES ('2026-01-01', 'c', 'k', '', true, 1, 0)")
        )

    assert verify_facts(session) == [
        Difference(
            "touchpoint_days",
            (date(2026, 1, 1), "c", "k", "", True),
            {"count": 1, "amount": 0},
            None,
        )
    ]
