"""The core's derived tables: what each event changes in them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from tests.delivery.trade import OPENED, Shop

from guanxi import events
from guanxi.delivery.facts import verify_facts
from guanxi.events.vocabulary import CustomerErased


@pytest.fixture
def shop(database):
    return Shop(database)


@pytest.fixture
def rows(database):
    def fetch(query):
        with database.read() as session:
            return [tuple(row) for row in session.execute(text(query))]

    return fetch


ACTIVITY = (
    "SELECT customer_id, touchpoints, first_at, last_at, last_inbound_at, last_outbound_at "
    "FROM customer_activity ORDER BY customer_id"
)
TRADE = (
    "SELECT customer_id, currency, purchases, returns, revenue, first_purchase_at, "
    "last_purchase_at FROM customer_trade ORDER BY customer_id, currency"
)
DAYS = (
    "SELECT day, channel, kind, currency, known, count, amount FROM touchpoint_days "
    "ORDER BY day, channel, kind, currency, known"
)


def at(day):
    return OPENED + timedelta(days=day)


def test_contacts_are_counted_with_their_first_and_last_instants(shop, rows):
    ming = shop.customer()
    shop.visit(ming, day=3, direction="out")
    shop.visit(ming, day=1, direction="in")
    shop.visit(ming, day=2, direction="none")

    shop.deliver()

    assert rows(ACTIVITY) == [(ming, 3, at(1), at(3), at(1), at(3))]


def test_trade_is_kept_per_currency_and_net_of_returns(shop, rows):
    ming = shop.customer()
    shop.sale(ming, "100.50", day=1)
    shop.sale(ming, "20", day=5)
    shop.sale(ming, "-30.25", day=7)
    shop.sale(ming, "900", day=2, currency="CNY")

    shop.deliver()

    assert rows(TRADE) == [
        (ming, "CNY", 1, 0, Decimal(900), at(2), at(2)),
        (ming, "EUR", 2, 1, Decimal("90.25"), at(1), at(5)),
    ]


def test_days_are_those_of_utc(shop, rows):
    late_in_new_york = datetime.fromisoformat("2026-03-01T23:30:00-05:00")
    ming = shop.customer()
    touchpoint = shop.visit(ming)
    shop.amend(touchpoint, occurred_at=late_in_new_york)

    shop.deliver()

    assert rows(DAYS) == [(date(2026, 3, 2), "phone", "call", "", True, 1, Decimal(0))]


def test_sales_to_unknown_people_count_in_the_days_only(shop, rows):
    shop.sale(None, "12")

    shop.deliver()

    assert rows(DAYS) == [(OPENED.date(), "store", "purchase", "EUR", False, 1, Decimal(12))]
    assert rows(ACTIVITY) == []
    assert rows(TRADE) == []


def test_a_void_takes_back_what_the_touchpoint_did(shop, rows):
    ming = shop.customer()
    shop.sale(ming, "10", day=1)
    mistake = shop.sale(ming, "99", day=9)
    shop.deliver()

    shop.void(mistake)
    shop.deliver()

    assert rows(ACTIVITY) == [(ming, 1, at(1), at(1), at(1), None)]
    assert rows(TRADE) == [(ming, "EUR", 1, 0, Decimal(10), at(1), at(1))]
    assert rows(DAYS) == [(at(1).date(), "store", "purchase", "EUR", True, 1, Decimal(10))]


def test_when_nothing_is_left_there_is_no_row(shop, rows):
    ming = shop.customer()
    only = shop.sale(ming, "10")
    shop.deliver()

    shop.void(only)
    shop.deliver()

    assert (rows(ACTIVITY), rows(TRADE), rows(DAYS)) == ([], [], [])


def test_an_amendment_moves_the_difference(shop, rows):
    ming = shop.customer()
    shop.sale(ming, "10", day=1)
    wrong = shop.sale(ming, "99", day=9)
    shop.deliver()

    shop.amend(wrong, amount=Decimal("9.90"), occurred_at=at(4), currency="USD")
    shop.deliver()

    assert rows(ACTIVITY) == [(ming, 2, at(1), at(4), at(4), None)]
    assert rows(TRADE) == [
        (ming, "EUR", 1, 0, Decimal(10), at(1), at(1)),
        (ming, "USD", 1, 0, Decimal("9.90"), at(4), at(4)),
    ]


def test_an_assigned_purchase_becomes_the_customer_s(shop, rows):
    ming = shop.customer()
    unknown = shop.sale(None, "12", day=2)
    shop.deliver()

    shop.assign(unknown, ming)
    shop.deliver()

    assert rows(TRADE) == [(ming, "EUR", 1, 0, Decimal(12), at(2), at(2))]
    assert rows(DAYS) == [(at(2).date(), "store", "purchase", "EUR", True, 1, Decimal(12))]


def test_a_touchpoint_given_to_another_customer_leaves_the_first(shop, rows):
    ming, hong = shop.customer("Ming"), shop.customer("Hong")
    touchpoint = shop.visit(ming, day=2)
    shop.deliver()

    shop.amend(touchpoint, customer_id=hong)
    shop.deliver()

    assert rows(ACTIVITY) == [(hong, 1, at(2), at(2), at(2), None)]


def test_parts_of_the_log_may_come_in_any_order(shop, session):
    ming = shop.customer()
    touchpoint = shop.sale(ming, "9.99")
    shop.amend(touchpoint, customer_id=None)
    shop.amend(touchpoint, amount=Decimal(1))

    shop.deliver()

    assert verify_facts(session) == []


def test_a_merge_adds_up_and_an_unmerge_parts_again(shop, rows):
    ming, hong = shop.customer("Ming"), shop.customer("Hong")
    shop.sale(ming, "10", day=1)
    shop.sale(hong, "5", day=2)
    shop.deliver()
    before = rows(TRADE)

    shop.merge(ming, hong)
    shop.deliver()
    merged = rows(TRADE)
    shop.unmerge(shop.merges[0])
    shop.deliver()

    assert merged == [(ming, "EUR", 2, 0, Decimal(15), at(1), at(2))]
    assert rows(TRADE) == before


def test_events_of_a_customer_merged_meanwhile_count_for_the_kept_one(shop, rows):
    ming, hong = shop.customer("Ming"), shop.customer("Hong")
    shop.sale(hong, "5", day=2)
    shop.merge(ming, hong)

    shop.deliver()

    assert rows(TRADE) == [(ming, "EUR", 1, 0, Decimal(5), at(2), at(2))]


def test_what_was_voided_after_a_merge_leaves_no_trace_when_it_comes_late(shop, session):
    ming, hong = shop.customer("Ming"), shop.customer("Hong")
    shop.visit(ming, day=5)
    wrong = shop.visit(hong, day=1)
    shop.merge(ming, hong)
    shop.void(wrong)
    shop.deliver_part_of(ming)

    shop.deliver()

    assert verify_facts(session) == []


def test_an_erased_customer_has_no_facts_but_the_days_keep_them(shop, rows, database):
    ming = shop.customer()
    shop.sale(ming, "10")
    shop.deliver()
    with shop.write() as session:
        session.execute(text("UPDATE customers SET erased_at = now() WHERE id = :id"), {"id": ming})
        events.append(session, CustomerErased(customer_id=ming))

    shop.deliver()

    assert (rows(ACTIVITY), rows(TRADE)) == ([], [])
    assert len(rows(DAYS)) == 1
