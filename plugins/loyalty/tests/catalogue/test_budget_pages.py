"""Budgets of small surprises at a browser: of each person and month, and of everybody else."""

from collections.abc import Callable
from typing import Any

from plugins.loyalty.tests.pages.desk import Desk, told
from sqlalchemy import text
from werkzeug.test import TestResponse

from guanxi.sdk import new_id, web
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow, flashes
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards import IssueAsk
from guanxi_loyalty.surprises.giving import give_surprise

LIST = "/loyalty/budgets"
SAVE = "/loyalty/programmes/club/budgets"
Somebody = Callable[..., Person]


def save(admin: Person, who: object, monthly: str, version: int = 0) -> TestResponse:
    """Save a budget as somebody saw it."""
    return admin.send(SAVE, {"staff_id": str(who), "monthly": monthly, "version": str(version)})


def stored(desk: Desk) -> list[tuple[Any, int]]:
    """Return all budgets."""
    wanted = text("SELECT staff_id, monthly FROM loyalty_staff_budgets ORDER BY monthly")
    with desk.writing() as session:
        return [tuple(row) for row in session.execute(wanted)]


def test_a_person_has_an_own_budget_or_what_all_have(
    desk: Desk, admin: Person, factories: Factories
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    sam = factories.user("staff", name="Sam Seller")

    save(admin, "all", "20")
    save(admin, sam, "35.50")
    page = told(admin.get(LIST))

    assert stored(desk) == [(None, 2000), (sam, 3550)]
    assert "Sam Seller" in page
    assert "£35.50 £0.00" in page
    save(admin, sam, "", version=1)
    assert stored(desk) == [(None, 2000)]
    assert "£35.50" not in told(admin.get(LIST))


def test_what_was_given_in_a_month_is_told(desk: Desk, admin: Person, factories: Factories) -> None:
    sam = factories.user("admin", name="Sam")
    save(admin, sam, "20")
    ann, now = desk.member(), web.utc_now()
    with desk.writing(now) as session:
        desk.counter(session).reward(key="tea", surprise=True, cost=650, points=0)
        ask = IssueAsk(find_programme(session, "club"), "k", now, "staff", "Sam")
        give_surprise(session, ask, sam, ann, "tea", reason="birthday")

    this, other = told(admin.get(LIST)), told(admin.get(f"{LIST}?month=2001-01-01"))

    assert "Given together in this month: £6.50" in this
    assert "£20.00 £6.50" in this
    assert "Given together in this month: £0.00" in other
    assert admin.get(f"{LIST}?month=x").status_code == 200
    assert "赠" in admin.speaks("zh").read(LIST)


def test_wrong_amounts_are_told_beside_the_person_and_stay_typed(desk: Desk, admin: Person) -> None:
    wrong = [save(admin, admin.user_id, one) for one in ("-1", "x", "1.005", "NaN", "9" * 40)]
    empty = save(admin, "all", "")

    assert [one.status_code for one in (*wrong, empty)] == [422] * 6
    assert 'value="1.005"' in wrong[2].text
    assert 'id="error-all"' in empty.text
    assert f'id="error-{admin.user_id}"' in wrong[0].text
    assert stored(desk) == []


def test_who_saw_an_older_version_or_nobody_known_changes_nothing(
    desk: Desk, admin: Person
) -> None:
    save(admin, "all", "20")

    answers = [save(admin, "all", "30"), save(admin, "all", "", 1), save(admin, new_id(), "5")]
    unversioned = admin.send(SAVE, {"staff_id": "all", "monthly": "5"})

    assert [one.status_code for one in (*answers, unversioned)] == [412, 422, 422, 412]
    assert "Somebody changed this" in answers[0].text
    assert 'value="30"' in answers[0].text
    assert "Choose a person of the list." in answers[2].text
    assert stored(desk) == [(None, 2000)]
    save(admin, "all", "0", 1)
    assert flashes(admin.read(LIST))[-1] == "Saved."
    assert stored(desk) == [(None, 0)]


def test_budgets_are_the_admins(somebody: Somebody, factories: Factories) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    seller = somebody("staff")

    assert (seller.get(LIST).status_code, save(seller, "all", "1").status_code) == (403, 403)
    assert "Budgets" not in seller.read("/loyalty/rewards")
