"""The lists of words, planned contacts and effectiveness in the browser."""

from datetime import timedelta

from tests.touchpoints.conftest import (
    YESTERDAY,
    call,
    recorded,
)

from guanxi.clock import utc_now
from guanxi.touchpoints.domain.planning import planned
from guanxi.touchpoints.domain.vocabulary import outcomes


def test_admin_adds_renames_and_archives_words(browser, session):
    word = {"key": "won", "title_en": "Won", "title_zh": "成交", "success": "1"}

    browser.send("/touchpoints/lists/outcome", word)
    taken = browser.send("/touchpoints/lists/outcome", word)
    browser.send("/touchpoints/lists/outcome/won", {**word, "title_en": "Sold", "success": "0"})
    browser.send("/touchpoints/lists/outcome/won/archive", {"archived": "1"})

    assert taken.status_code == 409
    found = {o.key: o for o in outcomes(session, archived=True)}["won"]
    assert (found.title_en, found.success, found.archived) == ("Sold", False, True)
    assert browser.get("/touchpoints/lists/nothing").status_code == 404


def test_own_plans_are_listed_and_given_up(browser, session, customer):
    due = str(utc_now().date() + timedelta(days=2))
    browser.send(f"/touchpoints/planned/of/{customer}", {"plan_on": due, "plan_note": "Tea"})
    (plan,) = planned(session, customer)
    session.expunge_all()

    listed = browser.get("/touchpoints/planned").text
    browser.send(f"/touchpoints/planned/{plan.id}/cancel")

    assert "Tea" in listed
    assert planned(session, customer) == []


def test_effectiveness_is_shown_for_the_chosen_range(browser, write, customer):
    recorded(write, call(customer_id=customer, direction="out", outcome="agreed"))
    days = f"since={YESTERDAY.date()}&until={YESTERDAY.date()}"

    assert "100" in browser.get(f"/touchpoints/effectiveness?{days}").text
    assert (
        "No contacts"
        in browser.get("/touchpoints/effectiveness?since=2020-01-01&until=2020-02-01").text
    )
    assert "366" in browser.get("/touchpoints/effectiveness?since=2020-01-01&until=2022-01-01").text
