"""The list of customers in the browser: filters, columns, pages, and changing many at once."""

import re
from html import unescape
from urllib.parse import unquote
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write
from tests.touchpoints.conftest import Browser, browser

from guanxi.customers.domain.bulk import create_customers
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.models import Customer
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

__all__ = ["browser"]


def names(page: str) -> list[str]:
    """Return the customers that a page of the list shows, in their order."""
    return re.findall(r'<a href="/customers/[0-9a-f-]{36}">([^<]+)</a>', page)


def link(page: str, rel: str) -> str:
    """Return the address of the next or previous page."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    assert found is not None, rel
    return unescape(found[1])


def test_the_list_is_sorted_by_name_chinese_by_pinyin(browser: Browser, make: Make) -> None:
    for name in ("Zidane", "张三", "Young", "Ann"):
        make(name)

    assert names(browser.get("/customers/").text) == ["Ann", "Young", "张三", "Zidane"]


def test_filters_and_conditions_narrow_the_list(browser: Browser, make: Make) -> None:
    make("Ann", city="York", tags=("vip",))
    make("Bob", city="York")
    make("Acme", kind="organisation", city="York")

    assert names(browser.get("/customers/?kind=person&tag=vip").text) == ["Ann"]
    assert names(browser.get("/customers/?q=bo").text) == ["Bob"]
    page = browser.get("/customers/?customers.city__eq=York&kind=organisation").text
    assert names(page) == ["Acme"]
    assert "City is York" in page


def test_a_condition_is_added_to_the_address(browser: Browser) -> None:
    answer = browser.get("/customers/?kind=person&attribute=customers.city&operator=eq&value=York")

    assert answer.status_code == 302
    assert answer.location == "/customers/?kind=person&customers.city__eq=York"


@pytest.mark.parametrize(
    ("attribute", "shown", "hidden"),
    [
        ("customers.kind", '<option value="organisation">Organisation</option>', "contains"),
        ("customers.tags", '<option value="has" selected>has</option>', "is less than"),
        ("customers.birthday", 'type="date"', "contains"),
        ("customers.revenue", 'inputmode="decimal"', "contains"),
        ("customers.city", "contains", 'type="date"'),
        ("no.such", "contains", 'type="date"'),
    ],
)
def test_the_form_of_a_condition_asks_for_what_its_attribute_can_be(
    browser: Browser, attribute: str, shown: str, hidden: str
) -> None:
    page = browser.get(f"/customers/condition?attribute={attribute}").text

    assert shown in page
    assert hidden not in page


def test_a_day_compared_with_an_instant_begins_where_the_reader_is(browser: Browser) -> None:
    asked = "attribute=customers.created_at&operator=lt&value=2026-01-31"
    answer = browser.get(f"/customers/?{asked}")

    assert unquote(answer.location).endswith("customers.created_at__lt=2026-01-31T00:00:00+00:00")


def test_conditions_show_the_titles_of_choices(browser: Browser) -> None:
    page = browser.get("/customers/?customers.status__in=active,closed").text

    assert "Status is one of Active, Closed" in page


def test_a_condition_that_cannot_be_is_told_and_the_list_is_shown(
    browser: Browser, make: Make
) -> None:
    make("Ann")

    page = browser.get("/customers/?customers.birthday__gt=soon")

    assert page.status_code == 200
    assert "is compared with a date" in page.text
    assert names(page.text) == ["Ann"]


def test_chosen_columns_are_remembered(browser: Browser, make: Make) -> None:
    make("Ann", city="York")
    assert "York" not in browser.get("/customers/").text

    answer = browser.send(
        "/customers/columns", {"columns": ["customers.display_name", "customers.city"], "q": "ann"}
    )

    assert answer.location == "/customers/?q=ann"
    assert "York" in browser.get("/customers/").text


def test_pages_lead_on_and_back_without_gap(browser: Browser, write: Write) -> None:
    with write() as tx:
        create_customers(tx, [CustomerDraft(name=f"N{i:03}") for i in range(200)], now=NOW)

    first = browser.get("/customers/").text
    second = browser.get(link(first, "next")).text
    third = browser.get(link(second, "next")).text
    back = browser.get(link(third, "prev")).text
    begin = browser.get(link(back, "prev")).text

    assert [*names(first), *names(second), *names(third)] == [f"N{i:03}" for i in range(200)]
    assert (names(back), names(begin)) == (names(second), names(first))


def test_many_are_tagged_and_assigned_at_once(
    browser: Browser, make: Make, session: Session, factories: Factories
) -> None:
    ids = [str(make(name, tags=("old",))) for name in ("Ann", "Bob", "Cid")]
    owner = factories.user("staff")
    path = "/customers/selection"

    tagged = browser.send(
        path, {"ids": ids[:2], "action": "tag", "tags": "vip, 新", "back": "/customers/?q=x"}
    )
    browser.send(path, {"ids": ids[:1], "action": "untag", "tags": "old"})
    browser.send(path, {"ids": ids[1:], "action": "assign", "owner_id": str(owner)})

    assert tagged.location == "/customers/?q=x"
    rows = session.scalars(select(Customer).order_by(Customer.display_name))
    assert [(one.tags, one.owner_id) for one in rows] == [
        (["vip", "新"], None),
        (["old", "vip", "新"], owner),
        (["old"], owner),
    ]


@pytest.mark.parametrize(
    "form",
    [
        {"action": "tag", "tags": "vip"},
        {"ids": ["nonsense"], "action": "tag", "tags": "vip"},
        {"ids": ["{id}"], "action": "tag", "tags": ""},
        {"ids": ["{id}"], "action": "burn"},
        {"ids": ["{id}"], "action": "assign", "owner_id": str(UUID(int=7))},
    ],
)
def test_what_cannot_be_done_with_a_selection_changes_nothing(
    browser: Browser, make: Make, session: Session, form: dict[str, object]
) -> None:
    made = make("Ann")
    sent = {k: [str(made)] if v == ["{id}"] else v for k, v in form.items()}

    answer = browser.send("/customers/selection", {**sent, "back": "//evil.example"})

    assert answer.location == "/customers/"
    assert session.get_one(Customer, made).version == 1


def test_the_palette_finds_customers(browser: Browser, make: Make) -> None:
    made = make("张三", email="san@example.com")

    assert f'href="/customers/{made}"' in browser.get("/customers/search?q=zs").text
    assert browser.get("/customers/search?q=nobody").text.strip() == ""


def test_markup_in_a_name_stays_text(browser: Browser, make: Make) -> None:
    made = make("<script>alert(1)</script>")

    for path in ("/customers/", f"/customers/{made}", "/customers/search?q=script"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
