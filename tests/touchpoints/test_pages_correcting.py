"""Amending and voiding a touchpoint in the browser."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from tests.touchpoints.conftest import (
    YESTERDAY,
    call,
    line,
    purchase,
    recorded,
)

from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.models import Touchpoint

ODD = timedelta(seconds=7, microseconds=3)


def only(session):
    """Return the one touchpoint there is."""
    return session.scalars(select(Touchpoint)).one()


def test_voided_touchpoint_says_why(browser, write, customer):
    (one,) = recorded(write, call(customer_id=customer))

    refused = browser.send(f"/touchpoints/{one}/void", {"reason": " ", "version": "1"})
    browser.send(f"/touchpoints/{one}/void", {"reason": "wrong number", "version": "1"})

    assert refused.status_code == 422
    page = browser.get(f"/touchpoints/{one}").text
    assert "wrong number" in page
    assert f"/touchpoints/{one}/amend" not in page


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000])
def test_a_change_that_does_not_say_what_was_seen_is_refused(
    browser, session, write, customer, version
):
    (one,) = recorded(write, call(customer_id=customer))
    form = _fields(browser.get(f"/touchpoints/{one}/amend").text)
    form = {**form, "subject": "Other", "reason": "why not", "version": version}

    for step in ("void", "amend"):
        answer = browser.send(f"/touchpoints/{one}/{step}", form)
        assert answer.status_code == 412, step
        assert "does not say which version it shows" in answer.text
    assert (only(session).version, only(session).state) == (1, "recorded")


def test_amending_changes_only_what_was_changed(browser, session, write, customer):
    (one,) = recorded(
        write,
        purchase(customer_id=customer, occurred_at=YESTERDAY + ODD),
    )
    form = _fields(browser.get(f"/touchpoints/{one}/amend").text)

    unchanged = browser.send(f"/touchpoints/{one}/amend", form)
    browser.send(f"/touchpoints/{one}/amend", {**form, "subject": "Wedding", "reason": "forgot"})

    assert unchanged.status_code == 302
    found = only(session)
    assert (found.version, found.subject) == (2, "Wedding")
    assert found.occurred_at == YESTERDAY + ODD
    assert lines_of(session, one) == purchase().lines


def test_amended_lines_give_a_new_sum(browser, session, write, customer):
    (one,) = recorded(write, purchase(customer_id=customer))
    form = _fields(browser.get(f"/touchpoints/{one}/amend").text)

    browser.send(f"/touchpoints/{one}/amend", {**form, "line-0-quantity": "3"})

    assert only(session).amount == Decimal("25.5")


def test_return_keeps_its_sign_when_it_is_amended(browser, session, write, customer):
    (one,) = recorded(
        write, purchase(line("mug", "-2", "4.5"), kind="return", customer_id=customer)
    )
    form = _fields(browser.get(f"/touchpoints/{one}/amend").text)

    browser.send(f"/touchpoints/{one}/amend", {**form, "line-0-quantity": "1"})

    assert form["line-0-quantity"] == "2"
    assert only(session).amount == Decimal("-4.5")


def test_receipt_that_is_too_long_for_a_form_keeps_its_lines(browser, session, write, customer):
    many = [line(f"p{i}", "1", "1") for i in range(301)]
    (one,) = recorded(write, purchase(*many, customer_id=customer))
    form = _fields(browser.get(f"/touchpoints/{one}/amend").text)

    browser.send(f"/touchpoints/{one}/amend", {**form, "note": "long"})

    assert (only(session).note, len(lines_of(session, one))) == ("long", 301)


def test_stale_form_does_not_overwrite(browser, session, write, customer):
    (one,) = recorded(write, call(customer_id=customer))
    form = _fields(browser.get(f"/touchpoints/{one}/amend").text)
    browser.send(f"/touchpoints/{one}/amend", {**form, "note": "first"})

    answer = browser.send(f"/touchpoints/{one}/amend", {**form, "note": "second"})

    assert answer.status_code == 412
    assert "meanwhile" in answer.text
    assert only(session).note == "first"


def _fields(page):
    """Return what a browser would send of the last form on the page."""
    form = page[page.index('data-draft="touchpoint-') :]
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)[1]
        if name and (kind != "radio" or "checked" in tag):
            values[name[1]] = value[1] if value else ""
    for name, body in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', body)
        values[name] = chosen[1] if chosen else ""
    return values
