"""Recording a touchpoint in the browser, without JavaScript."""

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from tests.touchpoints.conftest import (
    Browser,
)

from guanxi.access.models import User
from guanxi.touchpoints.domain.planning import planned
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.models import Touchpoint

FORM = {
    "token": "abc123",
    "kind": "call",
    "channel": "phone",
    "direction": "out",
    "occurred_at": "2025-05-01T10:00",
    "subject": "Delivery",
}


def only(session):
    """Return the one touchpoint there is."""
    return session.scalars(select(Touchpoint)).one()


def test_form_of_a_customer_has_the_customer_chosen(browser, customer):
    page = browser.get(f"/touchpoints/new?customer={customer}")

    assert page.status_code == 200
    assert f'value="{customer}" checked' in page.text


def test_sent_form_is_recorded_and_leads_to_the_customer(browser, session, customer):
    answer = browser.send("/touchpoints/new", {**FORM, "customer_id": str(customer)})

    assert answer.status_code == 302
    assert answer.location == f"/customers/{customer}"
    found = only(session)
    assert (found.customer_id, found.subject, found.direction) == (customer, "Delivery", "out")


def test_form_sent_twice_is_recorded_once(browser, session, customer):
    for _ in range(2):
        browser.send("/touchpoints/new", {**FORM, "customer_id": str(customer)})

    assert only(session).customer_id == customer


def test_times_are_in_the_readers_zone(browser, session, write, customer):
    with write() as tx:
        tx.execute(update(User).values(time_zone="Asia/Shanghai"))

    browser.send("/touchpoints/new", {**FORM, "customer_id": str(customer)})

    assert only(session).occurred_at.isoformat() == "2025-05-01T02:00:00+00:00"
    assert "10:00" in browser.get(f"/touchpoints/{only(session).id}").text


def test_purchase_is_entered_line_by_line(browser, session, customer):
    trade = {
        "kind": "purchase",
        "currency": "gbp",
        "line-0-product": "mug",
        "line-0-quantity": "2",
        "line-0-unit_price": "4.50",
        "line-3-product": "plate",
        "line-3-description": "blue",
        "line-3-unit_price": "12",
    }

    browser.send("/touchpoints/new", {**FORM, **trade, "customer_id": str(customer)})

    found = only(session)
    assert (found.amount, found.currency) == (Decimal(21), "GBP")
    assert [one.product for one in lines_of(session, found.id)] == ["mug", "plate"]


def test_return_is_entered_with_positive_numbers(browser, session, customer):
    trade = {
        "kind": "return",
        "currency": "GBP",
        "line-0-product": "mug",
        "line-0-quantity": "2",
        "line-0-unit_price": "4.50",
    }

    browser.send("/touchpoints/new", {**FORM, **trade, "customer_id": str(customer)})

    assert only(session).amount == Decimal(-9)


def test_lines_of_what_became_a_call_are_left_out(browser, session, customer):
    left = {"amount": "5", "currency": "GBP", "line-0-product": "mug", "line-0-unit_price": "5"}

    browser.send("/touchpoints/new", {**FORM, **left, "customer_id": str(customer)})

    assert only(session).amount is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"customer_id": ""}, "Choose the customer"),
        ({"customer_id": "x"}, "Choose from the list"),
        ({"occurred_at": "soon"}, "Enter the day and the time"),
        ({"kind": "purchase"}, "needs an amount or lines"),
        ({"kind": "purchase", "amount": "sNaN"}, "Enter a number"),
        ({"kind": "purchase", "amount": "5", "currency": "£"}, "ISO 4217"),
        ({"channel": "pigeon"}, "is unknown"),
        ({"subject": "x\x00y"}, "control characters"),
        ({"plan_on": "soon"}, "Enter a day"),
        ({"completes": "x"}, "Choose from the list"),
        ({"token": ""}, "not complete"),
    ],
)
def test_form_comes_back_with_what_is_wrong(browser, session, customer, change, sentence):
    answer = browser.send("/touchpoints/new", {**FORM, "customer_id": str(customer), **change})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Delivery" in answer.text or "subject" in change
    assert session.scalars(select(Touchpoint)).all() == []


def test_customer_is_found_without_javascript(browser, customer):
    answer = browser.send("/touchpoints/new", {**FORM, "customer_query": "lovel", "find": "1"})

    assert answer.status_code == 200
    assert f'value="{customer}"' in answer.text
    assert "Delivery" in answer.text


def test_customers_are_offered_while_one_types(browser, customer):
    assert str(customer) in browser.get("/touchpoints/customers?customer_query=ada").text
    assert "Nobody found" in browser.get("/touchpoints/customers?customer_query=zzzz").text


def test_more_lines_are_numbered_on(browser):
    page = browser.get("/touchpoints/new/lines?from=10").text

    assert re.findall(r'name="line-(\d+)-product"', page) == ["10", "11", "12", "13", "14"]


def test_purchase_of_nobody_is_recorded_with_its_hint(browser, session):
    trade = {"kind": "purchase", "amount": "5", "currency": "GBP", "customer_hint": "card 9"}

    browser.send("/touchpoints/new", {**FORM, **trade, "customer_id": "nobody"})

    assert (only(session).customer_id, only(session).customer_hint) == (None, "card 9")


def test_next_contact_is_planned_and_later_completed(browser, session, customer):
    form = {**FORM, "customer_id": str(customer)}
    browser.send("/touchpoints/new", {**form, "plan_on": "2026-12-01", "plan_note": "Tea"})
    (plan,) = planned(session, customer)
    session.expunge_all()

    browser.send("/touchpoints/new", {**form, "token": "def", "completes": str(plan.id)})

    assert plan.due_on == date(2026, 12, 1)
    assert planned(session, customer) == []


def test_pages_are_closed_to_those_without_permission(app, database, factories, write, customer):
    viewer = Browser(app, database, factories.user("viewer"))

    assert viewer.get("/touchpoints/").status_code == 200
    assert viewer.get("/touchpoints/new").status_code == 403
    assert viewer.get("/touchpoints/unassigned").status_code == 403
    assert viewer.get("/touchpoints/lists/channel").status_code == 403
    assert (
        viewer.send("/touchpoints/new", {**FORM, "customer_id": str(customer)}).status_code == 403
    )
