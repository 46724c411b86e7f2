"""The simulator at a browser: what it says is what then happens, and nothing is written."""

import re
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

import pytest
from plugins.loyalty.tests.admin.sheets import errors, fields
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.earning.examples import line
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow

PAGE = "/loyalty/simulator"
Somebody = Callable[..., Person]


@pytest.fixture
def shop(club: Club) -> Club:
    """A club with rules of many kinds."""
    club.tiers(tiers=[TIERS[0], {**TIERS[1], "multiplier": "1.5"}])
    club.campaign(budget=70)
    club.rule()
    club.rule("tier", unit="qualifying")
    club.rule("gift", campaign="spring", reward={"way": "fixed", "units": "40"})
    club.rule("third", conditions={"every": 3}, reward={"way": "fixed", "units": "7"})
    club.rule("large", conditions={"minimum": "500"})
    club.rule(
        "york",
        conditions={"attributes": [{"key": "customers.city", "op": "is", "value": "York"}]},
        reward={"way": "multiplier", "units": "2"},
    )
    return club


def address(who: UUID, **more: object) -> str:
    values = {"run": "1", "programme": "club", "customer_id": who, "trigger": "purchase", **more}
    return f"{PAGE}?{urlencode(values)}"


def total(page: str) -> tuple[int, int]:
    """Return the points to spend and those for the tier that a page promises."""
    subtitle = re.search(r'class="card-subtitle">([^<]*)<', page[page.index('id="result"') :])
    told = subtitle[1] if subtitle else ""
    found = [re.search(pattern, told) for pattern in (r"([\d,]+) points?", r"([\d,]+) tier")]
    spend, tier = (int(one[1].replace(",", "")) if one else 0 for one in found)
    return spend, tier


def test_what_the_page_says_is_what_then_happens_and_nothing_is_written(
    shop: Club, admin: Person
) -> None:
    ann = shop.person(city="York")

    for price in ("80.40", "99.99", "5"):
        lines = {"line-0-product": "A", "line-0-price": price, "line-1-product": "B"}
        lines |= {"line-1-quantity": "2", "line-1-price": "1.50"}
        before = shop.points(ann), shop.points(ann, "qualifying"), shop.transactions()
        spend, tier = total(admin.read(address(ann, channel="store", **lines)))
        unchanged = shop.points(ann), shop.points(ann, "qualifying"), shop.transactions()
        shop.buy(ann, None, line("A", "1", price), line("B", "2", "1.50"))
        shop.read()

        assert unchanged == before
        assert shop.points(ann) - before[0] == spend > 0
        assert shop.points(ann, "qualifying") - before[1] == tier > 0


def test_it_says_in_words_why_the_others_give_nothing(shop: Club, admin: Person) -> None:
    shop.rule("care", trigger="care", reward={"way": "fixed", "units": "9"})
    bob = shop.person("Bob", city="Leeds")

    english = admin.read(address(bob, amount="10"))
    chinese = admin.speaks("zh").read(address(bob, amount="10"))

    for sentence in (
        "It is purchase number 1 of the member, and only one in 3 counts.",
        "The amount £10 is below £500.",
        "The member is not as City asks.",
        "It is for another occasion: Care contact.",
    ):
        assert sentence in english
    assert "将获得" in chinese


def test_another_occasion_can_be_tried(shop: Club, admin: Person) -> None:
    shop.rule("care", trigger="care", reward={"way": "fixed", "units": "9"})
    shop.rule("born", trigger="birthday", reward={"way": "fixed", "units": "50"})
    ann = shop.person()

    assert total(admin.read(address(ann, trigger="care"))) == (9, 0)
    assert total(admin.read(address(ann, trigger="birthday", amount="5"))) == (50, 0)


def test_what_is_wrong_or_missing_is_told_and_nothing_is_lost(shop: Club, admin: Person) -> None:
    ann = shop.person()
    wrong = [
        ("customer_id", "nobody"), ("customer_id", ""), ("trigger", "party"), ("at", "soon"),
        ("channel", "moon"), ("outcome", "x"), ("amount", "lots"), ("amount", "-1"),
        ("line-1-quantity", "few"), ("line-1-price", "1e99"), ("line-0-product", "a\0"),
    ]  # fmt: skip

    for name, typed in wrong:
        answer = admin.get(address(ann, **{"amount": "5", "line-1-product": "A7",
                                           "line-1-price": "2", name: typed}))  # fmt: skip
        assert (name, answer.status_code, len(errors(answer.text))) == (name, 422, 1)
        assert dict(fields(answer.text, "get"))["line-1-product"] == "A7"
    assert errors(admin.get(address(ann)).text) == [
        "Write the amount, or the lines of the receipt."
    ]
    assert admin.get(f"{PAGE}?programme=none").status_code == 404


def test_customers_are_found_by_name(shop: Club, admin: Person) -> None:
    shop.person("Ann Archer")
    shop.person("Bob")

    hits = admin.read(f"{PAGE}/customers?customer_query=archer")
    page = admin.read(f"{PAGE}?customer_query=archer")

    assert ("Ann Archer" in hits, "Bob" in hits, "Ann Archer" in page) == (True, False, True)
    assert dict(fields(page, "get"))["trigger"] == "purchase"


def test_a_customer_out_of_sight_cannot_be_tried_on(
    shop: Club, somebody: Somebody, factories: Factories
) -> None:
    allow(factories, "staff", "loyalty.view")
    seller = somebody("staff")
    hers, other = shop.person("Hers", owner_id=seller.user_id), shop.person("Other")

    assert seller.get(address(hers, amount="5")).status_code == 200
    refused = seller.get(address(other, amount="5"))
    assert (refused.status_code, errors(refused.text)) == (
        422, ["Choose the customer whom it is about."],
    )  # fmt: skip
    assert "Other" not in seller.read(f"{PAGE}/customers?customer_query=other")


def test_without_the_permission_there_is_no_page(somebody: Somebody) -> None:
    assert somebody("staff").get(PAGE).status_code == 403
