"""Insights and preferences on pages, in the API and on the command line; who sees what."""

from collections.abc import Callable
from uuid import UUID

import pytest
from plugins.scoring.tests.mining.test_mining import found_of, mine, town
from plugins.scoring.tests.mining.test_preferences import crowd, refit
from plugins.scoring.tests.products.conftest import Shop

from guanxi.customers.domain.changing import change_customer
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.people import Person

__all__ = ["crowd", "town"]

Guanxi = Callable[..., str]
KEY = "association: CUP + TEA"


@pytest.fixture
def insight(shop: Shop, town: dict[str, UUID]) -> UUID:
    """The insight about tea and cups."""
    assert town
    mine(shop)
    return found_of(shop, "association")[KEY].id


def test_an_insight_is_listed_opened_and_decided_in_the_api(
    api: ApiClient, insight: UUID, town: dict[str, UUID]
) -> None:
    listed = api.get("/scoring/insights?kind=association&state=new").json
    rows = api.get(f"/scoring/insights/{insight}/customers?limit=100").json["items"]
    decided = api.post(
        f"/scoring/insights/{insight}/decision",
        json={"decision": "confirmed", "reason": "Asked ten of them"},
    )
    after = api.get("/scoring/insights").json

    (one,) = [one for one in listed["items"] if one["id"] == str(insight)]
    assert one["evidence"]["both"] == len(rows) == 30
    assert set(rows) <= {str(person) for person in town.values()}
    assert decided.json["state"] == "confirmed"
    assert after["share_confirmed"] == 1.0


def test_the_page_of_an_insight_shows_figures_and_customers(admin: Person, insight: UUID) -> None:
    listed = admin.read("/scoring/mining")
    page = admin.read(f"/scoring/mining/{insight}")

    assert "Who buys" in listed
    assert "Support" in page
    assert "P29" in page


def test_a_decision_without_a_reason_sends_the_form_back(admin: Person, insight: UUID) -> None:
    form = {"decision": "confirmed", "reason": "", "version": "1"}
    answer = admin.send(f"/scoring/mining/{insight}", form)

    assert answer.status_code == 422


def test_files_of_insights_open_in_a_spreadsheet(admin: Person, insight: UUID) -> None:
    assert insight
    assert "Statement" in admin.read("/scoring/mining/insights.csv")


def test_the_command_line_lists_and_decides(guanxi: Guanxi, insight: UUID) -> None:
    assert "Who buys" in guanxi("insights", "--kind", "association")
    assert "lift" in guanxi("insight", insight)
    assert guanxi("decide", insight, "rejected", "--reason", "A set") == "It is rejected.\n"


def test_preferences_are_told_and_decided_everywhere(
    api: ApiClient, admin: Person, guanxi: Guanxi, shop: Shop, crowd: dict[str, UUID]
) -> None:
    refit(shop)
    anna = crowd["Anna"]
    body = {"dimension": "channel", "value": "store", "decision": "rejected", "said_by": "customer"}

    page = admin.read(f"/scoring/customers/{anna}/preferences")
    made = api.post(f"/scoring/customers/{anna}/preferences/decision", json=body)
    confirmed = guanxi("prefers", anna, "product", "TEA", "confirmed")

    assert "Sunday" in page
    assert (made.status_code, made.json["state"]) == (200, "rejected")
    assert "confirmed" in confirmed
    listed = api.get(f"/scoring/customers/{anna}/preferences").json["preferences"]
    states = {(one["dimension"], one["value"]): one["state"] for one in listed}
    assert states["channel", "store"] == "rejected"
    assert states["product", "TEA"] == "confirmed"
    assert "rejected" in guanxi("preferences", anna)


def test_a_rejection_on_the_page_says_who_and_why(
    admin: Person, shop: Shop, crowd: dict[str, UUID]
) -> None:
    refit(shop)
    address = f"/scoring/customers/{crowd['Anna']}/preferences"
    form = {
        "dimension": "channel", "value": "store", "decision": "rejected", "version": "1",
        "said_by": "customer", "reason": "Moved far away",
    }  # fmt: skip

    before = admin.read(address)
    sent = admin.send(address, form)
    after = admin.read(address)

    assert 'name="reason"' in before
    assert 'name="said_by"' in before
    assert sent.status_code == 302
    assert "by the customer" in after
    assert "Moved far away" in after
    assert after.count('data-dialog-open="reject-') == before.count('data-dialog-open="reject-') - 1
    assert "永久否定" in admin.speaks("zh").read(address)


def test_who_sees_only_some_gets_no_figures_and_only_their_customers(
    somebody: Callable[..., Person],
    shop: Shop,
    insight: UUID,
    town: dict[str, UUID],
) -> None:
    clerk = somebody("staff", "scoring.view", "scoring.decide")
    with shop.writing() as session:
        change_customer(session, town["P7"], {"owner_id": clerk.user_id}, now=shop.now)

    page = clerk.read(f"/scoring/mining/{insight}")
    listed = clerk.read("/scoring/mining/insights.csv")

    assert "P7" in page
    assert "P29" not in page
    assert "Figures are of all customers" in page
    assert "Lift" not in listed
    assert clerk.get(f"/scoring/customers/{town['P29']}/preferences").status_code == 404
    assert clerk.get(f"/scoring/customers/{town['P7']}/preferences").status_code == 200


def test_pages_of_insights_speak_chinese(admin: Person, insight: UUID) -> None:
    page = admin.speaks("zh").read(f"/scoring/mining/{insight}")

    assert "购买“" in page
    assert "支持度" in page
    assert "背后的客户" in page
