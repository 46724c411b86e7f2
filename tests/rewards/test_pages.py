"""The pages of rewards, as people use them without JavaScript."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from tests.rewards.conftest import points
from tests.touchpoints.conftest import Browser

from guanxi.rewards.domain.requesting import request
from guanxi.rewards.domain.stepping import found
from guanxi.rewards.models import Reward
from guanxi.testkit.fixtures import NOW


def test_list_is_filtered_by_state(browser, granted):
    assert str(granted) in browser.get("/rewards/").text
    assert str(granted) in browser.get("/rewards/?state=granted").text
    assert str(granted) not in browser.get("/rewards/?state=expired").text


def test_list_of_one_customer(browser, granted, customer, other_customer):
    assert str(granted) in browser.get(f"/rewards/?customer={customer}").text
    assert str(granted) not in browser.get(f"/rewards/?customer={other_customer}").text
    assert browser.get("/rewards/?customer=x").status_code == 422


def test_kind_that_no_app_names_is_told_in_words(browser, write, customer):
    with write() as tx:
        ids = [request(tx, points(customer, kind=kind), now=NOW).id
               for kind in ("free_shipping", "salon.tea_tasting")]  # fmt: skip

    pages = ["/rewards/", "/rewards/waiting", *(f"/rewards/{one}" for one in ids)]

    told = [browser.get(page).text for page in pages]
    assert ["Tea tasting" in page for page in told] == [True, True, False, True]
    assert not any("salon.tea_tasting" in page or "free_shipping" in page for page in told)


def test_waiting_reward_says_why_it_waits(browser, requested):
    page = browser.get("/rewards/waiting").text

    assert str(requested) in page
    assert "No app in use gives rewards of this kind" in page


def test_reward_is_granted_and_redeemed_in_parts(browser, session, requested):
    browser.send(f"/rewards/{requested}/grant", {"version": "1", "reference": "V-1"})
    browser.send(f"/rewards/{requested}/redeem", {"version": "2", "amount": "40"})

    reward = found(session, requested)
    assert (reward.reference, reward.redeemed_amount) == ("V-1", Decimal(40))
    assert "60 are left" in browser.get(f"/rewards/{requested}").text


@pytest.mark.parametrize(
    ("step", "form", "expected"),
    [
        ("redeem", {"amount": "101"}, (409, "are left")),
        ("redeem", {"amount": "x"}, (422, "Enter a number")),
        ("reverse", {"reason": " "}, (422, "Say why")),
        ("grant", {}, (409, "not possible any more")),
        ("refuse", {"reason": "no", "version": "1"}, (412, "meanwhile")),
    ],
)
def test_step_that_fails_says_why(browser, granted, step, form, expected):
    answer = browser.send(f"/rewards/{granted}/{step}", {"version": "2", **form})

    status, sentence = expected
    assert answer.status_code == status
    assert sentence in answer.text
    assert 'value="2"' in browser.get(f"/rewards/{granted}").text  # the version is as it was


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000])
def test_a_step_that_does_not_say_what_was_seen_is_not_taken(browser, session, granted, version):
    answer = browser.send(f"/rewards/{granted}/redeem", {"amount": "1", "version": version})

    assert answer.status_code == 412
    assert "does not say which version it shows" in answer.text
    assert found(session, granted).redeemed_amount == 0


def test_request_is_refused_with_a_reason(browser, session, requested):
    browser.send(f"/rewards/{requested}/refuse", {"reason": "no budget", "version": "1"})

    assert found(session, requested).state == "refused"
    assert "no budget" in browser.get(f"/rewards/{requested}").text


def test_staff_ask_for_a_reward_once(browser, session, customer):
    form = {"token": "t1", "kind": "gift", "amount": "", "unit": "", "reason": "Thanks"}

    bad = browser.send(f"/rewards/new/{customer}", {**form, "reason": ""})
    for _ in range(2):
        browser.send(f"/rewards/new/{customer}", form)

    assert bad.status_code == 422
    reward = session.scalars(select(Reward)).one()
    assert (reward.kind, reward.amount, reward.source) == ("gift", None, "staff")


def test_who_may_only_look_sees_no_buttons(app, database, factories, requested):
    viewer = Browser(app, database, factories.user("viewer"))

    assert f"/rewards/{requested}/grant" not in viewer.get(f"/rewards/{requested}").text
    assert f"/rewards/{requested}/grant" not in viewer.get("/rewards/waiting").text
    assert viewer.send(f"/rewards/{requested}/grant").status_code == 403
