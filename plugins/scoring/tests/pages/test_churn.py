"""The page of lapse: costs with a version, whom to contact, broken rhythms; nobody out of sight."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from plugins.scoring.tests.made import lifetime_version, make_customer, make_model, make_score

from guanxi.testkit.people import Person
from guanxi_scoring.churn.policy import change, policy_of
from guanxi_scoring.models import Rhythm

pytestmark = pytest.mark.usefixtures("scoring")
FORM = {
    "contact_cost": "10",
    "wasted_cost": "0",
    "save_rate": "20",
    "value_from": "clv",
    "fixed_value": "",
    "risk_from": "lifetime",
    "medium_share": "50",
    "version": "0",
}


@pytest.fixture
def known(writing: Callable[..., object], now: datetime) -> Callable[..., UUID]:
    """Return a function that makes a customer with scores, and a broken rhythm."""

    def make(name: str, clv: str = "300", **more: object) -> UUID:
        with writing() as session:
            one = make_customer(session, now, name, **more).id
            make_score(session, one, now, clv_12m=Decimal(clv))
            day = now.date()
            session.add(
                Rhythm(
                    customer_id=one, gaps=4, gap_days=40, log_micros=1,
                    first_on=day - timedelta(days=70), last_on=day - timedelta(days=30),
                    due_on=day - timedelta(days=20), warn_on=day - timedelta(days=5),
                    warned_at=now, warned_for=day - timedelta(days=30),
                )
            )  # fmt: skip
            return one

    return make


@pytest.fixture
def fitted(writing: Callable[..., object], now: datetime) -> None:
    """A lifetime model in force, so that reasons can be given."""
    with writing() as session:
        lifetime_version(session, make_model(session, now), now)


def names(page: str) -> list[str]:
    return re.findall(r'<a [^>]*href="/customers/[0-9a-f-]{36}">([^<]+)</a>', page)


def test_without_anything_known_the_page_says_what_to_do(admin: Person) -> None:
    page = admin.read("/scoring/lapse")

    assert "Nobody to contact" in page
    assert "No broken rhythm" in page
    assert "Nobody has said yet what contacting costs" in page


def test_whom_to_contact_first_stands_first(admin: Person, known: Callable[..., UUID]) -> None:
    known("Ann", "300")
    known("Bo", "900")
    known("Cy", "30")
    page = admin.read("/scoring/lapse")

    first, second = page.split("Broken rhythms</h2>", 1) if "Broken rhythms</h2>" in page else (
        page[: page.rindex("Broken rhythms")], page[page.rindex("Broken rhythms") :],
    )  # fmt: skip
    assert names(page)[:2] == ["Bo", "Ann"]
    assert sorted(names(page)[2:]) == ["Ann", "Bo", "Cy"]
    assert "£35.00" in page
    assert first
    assert second


def test_nobody_out_of_sight_is_shown_or_counted(
    somebody: Callable[..., Person], known: Callable[..., UUID]
) -> None:
    li = somebody("staff", "scoring.view")
    known("Mine", "300", owner_id=li.user_id)
    hidden = known("Theirs", "900")

    page = li.read("/scoring/lapse")
    assert set(names(page)) == {"Mine"}
    assert "£5.00" in page
    for path in ("/scoring/lapse/customers", "/scoring/lapse/rhythms"):
        assert names(li.read(path)) == ["Mine"]
    for path in ("/scoring/lapse/customers.csv", "/scoring/lapse/rhythms.csv"):
        text = li.get(path).text
        assert "Mine" in text
        assert "Theirs" not in text
    assert li.get(f"/scoring/lapse/why/{hidden}").status_code == 404


@pytest.mark.usefixtures("fitted")
def test_why_tells_the_reasons(admin: Person, known: Callable[..., UUID]) -> None:
    ann = known("Ann")

    page = admin.read(f"/scoring/lapse/why/{ann}")

    assert "Rhythm broken: away since" in page
    assert page.count("<li>") >= 2


def test_costs_are_set_with_their_version(
    admin: Person, known: Callable[..., UUID], writing: Callable[..., object]
) -> None:
    known("Ann")
    assert admin.send("/scoring/lapse/costs", FORM).status_code == 302
    with writing() as session:
        found = policy_of(session)
    assert (found.version, found.save_rate, found.contact_cost) == (1, Decimal("0.2"), 10)

    again = admin.send("/scoring/lapse/costs", FORM)
    assert again.status_code == 412
    assert "Somebody changed the costs meanwhile" in again.text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("contact_cost", "ten", "Write a number such as 12.50."),
        ("save_rate", "0", "Write a share above 0 % and up to 100 %."),
        ("save_rate", "101", "Write a share above 0 % and up to 100 %."),
        ("value_from", "fixed", "Write what is at stake with each customer."),
        ("wasted_cost", "-1", "Write an amount from 0 with at most four decimals."),
        ("medium_share", "NaN", "Write a share above 0 % and up to 100 %."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    name: str, text: str, said: str, admin: Person
) -> None:
    answer = admin.send("/scoring/lapse/costs", {**FORM, name: text})

    assert answer.status_code == 422
    assert said in answer.text


def test_the_preview_counts_and_stores_nothing(
    admin: Person, known: Callable[..., UUID], writing: Callable[..., object]
) -> None:
    known("Ann", "300")
    known("Bo", "90")

    page = admin.send("/scoring/lapse/costs/preview", {**FORM, "contact_cost": "5"}, htmx=True).text
    dear = admin.send("/scoring/lapse/costs/preview", {**FORM, "contact_cost": "40"}, htmx=True)

    assert "2 of 2 customers" in page
    assert "£29.00" in page
    assert "0 of 2 customers" in dear.text
    with writing() as session:
        assert policy_of(session).version == 0


def test_who_may_not_manage_may_not_set_costs(
    somebody: Callable[..., Person], known: Callable[..., UUID]
) -> None:
    known("Ann")
    li = somebody("staff", "scoring.view")

    assert li.get("/scoring/lapse/costs").status_code == 403
    assert li.send("/scoring/lapse/costs", FORM).status_code == 403


def test_long_lists_go_on_page_by_page(admin: Person, known: Callable[..., UUID]) -> None:
    for number in range(27):
        known(f"C{number:02}", str(300 + number))

    first = admin.read("/scoring/lapse/customers")
    following = re.search(r'href="(/scoring/lapse/customers\?after=[^"]+)"', first)
    assert following is not None
    second = admin.read(following[1].replace("&amp;", "&"))

    assert names(first) == [f"C{number:02}" for number in range(26, 1, -1)]
    assert names(second) == ["C01", "C00"]
    assert admin.get("/scoring/lapse/customers?after=xyz").status_code == 422


def test_the_page_speaks_chinese(
    admin: Person,
    known: Callable[..., UUID],
    writing: Callable[..., object],
    now: datetime,
) -> None:
    known("Ann")
    with writing() as session:
        change(session, {"save_rate": Decimal("0.3")}, now=now)

    page = admin.speaks("zh").read("/scoring/lapse")

    assert "优先联系" in page
    assert "节奏中断" in page
