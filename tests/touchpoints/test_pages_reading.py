"""The list and a customer's timeline in the browser."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event
from tests.touchpoints.conftest import (
    YESTERDAY,
    Browser,
    call,
    new_customer,
    purchase,
    recorded,
)


def test_list_shows_what_is_asked_for(browser, write, customer):
    recorded(write, call(customer_id=customer, subject="Hello"), purchase(customer_hint="card 9"))

    everything = browser.get("/touchpoints/").text
    calls = browser.get("/touchpoints/?kind=call").text

    assert "Hello" in everything
    assert "card 9" in everything
    assert "Hello" in calls
    assert "card 9" not in calls


def test_list_goes_on_where_the_page_ended(browser, write, customer):
    drafts = [
        call(customer_id=customer, subject=f"No{i:02}", occurred_at=YESTERDAY - timedelta(hours=i))
        for i in range(60)
    ]
    recorded(write, *drafts)

    first = browser.get("/touchpoints/").text
    address = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = browser.get(address).text

    shown = re.findall(r"No\d\d", first) + re.findall(r"No\d\d", second)
    assert shown == [f"No{i:02}" for i in range(60)]


def test_timeline_is_a_fragment_for_htmx_and_a_page_for_others(browser, write, customer):
    recorded(write, purchase(customer_id=customer))
    address = f"/touchpoints/of/{customer}"

    fragment = browser.get(address, HX_Request="true").text
    page = browser.get(address).text

    assert "Mug, Plate" in fragment
    assert "<html" not in fragment
    assert "<html" in page
    assert "Mug, Plate" in page


def test_timeline_goes_on_with_older_entries(browser, write, customer):
    drafts = [
        call(customer_id=customer, subject=f"No{i:02}", occurred_at=YESTERDAY - timedelta(hours=i))
        for i in range(40)
    ]
    recorded(write, *drafts)

    first = browser.get(f"/touchpoints/of/{customer}", HX_Request="true").text
    address = re.search(r'hx-get="([^"]+before[^"]+)"', first)[1].replace("&amp;", "&")
    older = browser.get(address, HX_Request="true").text

    shown = re.findall(r"No\d\d", first) + re.findall(r"No\d\d", older)
    assert shown == [f"No{i:02}" for i in range(40)]
    assert "toolbar" not in older


def test_timeline_of_a_customer_out_of_sight_is_not_shown(app, database, write, factories):
    me, colleague = factories.user("staff"), factories.user("staff")
    theirs = new_customer(write, "Theirs", colleague)
    recorded(write, call(customer_id=theirs, subject="secret"))

    answer = Browser(app, database, me).get(f"/touchpoints/of/{theirs}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


@pytest.mark.parametrize("page", ["/touchpoints/", "/touchpoints/of/{customer}"])
def test_number_of_statements_does_not_grow_with_the_rows(platform, browser, write, customer, page):
    address = page.format(customer=customer)
    few = _statements(platform, browser, address)

    recorded(write, *[purchase(customer_id=customer)] * 60)

    assert _statements(platform, browser, address) <= few + 2


def _statements(platform, browser, address):
    seen = []

    def count(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    browser.get(address)
    event.listen(platform.database.engine, "before_cursor_execute", count)
    assert browser.get(address).status_code == 200
    event.remove(platform.database.engine, "before_cursor_execute", count)
    return len(seen)
