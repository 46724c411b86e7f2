"""Points at the till: each call once, within sight, with an answer that a till understands."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.ledger.till import Till
from sqlalchemy.orm import Session

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi_loyalty.ledger import load_unit

CLUB = "/loyalty/programmes/club"
Program = Callable[..., ApiClient]


@pytest.fixture
def ann(writing: Callable[..., AbstractContextManager[Session]], now: datetime) -> str:
    """A member with 100 points."""
    with writing() as session:
        till = Till(session, load_unit(session, "club", "points"), now=now)
        customer = till.member()
        till.earn(customer, 100)
    return str(customer)


def done(api: ApiClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the receipt of a command."""
    answer = api.post(CLUB + path, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def balance(api: ApiClient, customer: str) -> dict[str, Any]:
    """Return what a member has in points."""
    units: list[dict[str, Any]] = api.get(f"{CLUB}/members/{customer}").json["units"]
    return next(one for one in units if one["unit"] == "points")


def test_a_till_holds_captures_in_part_and_takes_back(api: ApiClient, ann: str) -> None:
    held = done(api, "/holds", {"customer_id": ann, "amount": 60})
    assert (balance(api, ann)["balance"], balance(api, ann)["held"]) == (40, 60)

    taken = done(api, f"/holds/{held['transaction_id']}/capture", {"amount": 50})
    assert taken["balance"] == 50

    back = done(api, f"/transactions/{taken['transaction_id']}/reverse", {"amount": 20})
    assert back["balance"] == 70
    refused = api.post(f"{CLUB}/holds/{held['transaction_id']}/release", {})
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")


def test_the_same_key_redeems_once(api: ApiClient, ann: str) -> None:
    body = {"customer_id": ann, "amount": 30, "key": "receipt-7"}

    first, again = done(api, "/redeem", body), done(api, "/redeem", body)

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["transaction_id"] == first["transaction_id"]
    assert balance(api, ann)["balance"] == 70
    assert api.post(f"{CLUB}/redeem", {**body, "amount": 31}).status_code == 409


def test_a_statement_is_read_page_by_page(api: ApiClient, ann: str) -> None:
    for amount in (1, 2, 3):
        done(api, "/redeem", {"customer_id": ann, "amount": amount})
    path = f"{CLUB}/members/{ann}/lines"

    first = api.get(f"{path}?limit=3").json
    rest = api.get(f"{path}?limit=3&before={first['next']}").json

    assert [line["change"] for line in first["items"] + rest["items"]] == [-3, -2, -1, 100]
    assert rest["next"] is None


def test_an_adjustment_says_why(api: ApiClient, ann: str) -> None:
    assert api.post(f"{CLUB}/adjust", {"customer_id": ann, "amount": 5}).status_code == 422
    reason = {"reason": "late parcel"}
    assert done(api, "/adjust", {"customer_id": ann, "amount": 5, **reason})["balance"] == 105
    much = api.post(f"{CLUB}/adjust", {"customer_id": ann, "amount": 5000, **reason})
    assert much.json["title"] == ("An adjustment above 1000 needs the approval of a second person.")


def test_another_limit_of_adjustments_holds_from_the_next_one_on(api: ApiClient, ann: str) -> None:
    body = {"customer_id": ann, "amount": 500, "reason": "late parcel"}
    before = api.post(f"{CLUB}/adjust", body)
    api.patch(CLUB, {"policies": {"adjust_limit": 100}})

    after = api.post(f"{CLUB}/adjust", body)

    assert (before.status_code, after.status_code) == (200, 422)
    assert after.json["title"] == "An adjustment above 100 needs the approval of a second person."


@pytest.mark.parametrize("amount", [0, -1, 1.5, "many", True, None, 10**16])
def test_an_amount_that_is_none_is_refused(api: ApiClient, ann: str, amount: object) -> None:
    for path in ("/earn", "/redeem", "/holds"):
        assert api.post(CLUB + path, {"customer_id": ann, "amount": amount}).status_code == 422


def test_more_than_there_is_is_refused_in_words(api: ApiClient, ann: str) -> None:
    refused = api.post(f"{CLUB}/redeem", {"customer_id": ann, "amount": 101})

    assert refused.status_code == 422
    assert refused.json["title"] == "There are 100 to spend, and this takes 101."


def test_nobody_touches_a_customer_out_of_sight(
    api: ApiClient, program: Program, factories: Factories, ann: str
) -> None:
    held = done(api, "/holds", {"customer_id": ann, "amount": 10})["transaction_id"]
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    staff = program("staff")

    body = {"customer_id": ann, "amount": 1}
    assert staff.get(f"{CLUB}/members/{ann}").status_code == 404
    assert staff.post(f"{CLUB}/redeem", body).status_code == 404
    assert staff.post(f"{CLUB}/holds/{held}/capture", {}).status_code == 404
    assert staff.post(f"{CLUB}/transactions/{held}/reverse", {}).status_code == 404


def test_unknown_programmes_units_and_transactions_are_not_found(api: ApiClient, ann: str) -> None:
    body = {"customer_id": ann, "amount": 1}
    nobody = UUID(int=1)

    assert api.post("/loyalty/programmes/none/redeem", body).status_code == 404
    assert api.post(f"{CLUB}/redeem", {**body, "unit": "none"}).status_code == 404
    assert api.post(f"{CLUB}/redeem", {**body, "customer_id": str(nobody)}).status_code == 404
    assert api.post(f"{CLUB}/holds/{nobody}/release", {}).status_code == 404


def test_a_dry_run_tells_what_the_run_does_and_does_nothing(api: ApiClient, ann: str) -> None:
    body = {"customer_id": ann, "amount": 30, "key": "receipt-8"}
    headers = {"Idempotency-Key": "till-1"}

    dry = [api.post(f"{CLUB}/redeem", {**body, "dry_run": True}, **headers) for _ in range(2)]
    unmoved = balance(api, ann)["balance"]
    wet = done(api, "/redeem", body)
    late = done(api, "/redeem", {**body, "dry_run": True})

    told = {**wet, "transaction_id": None, "dry_run": True}
    assert [answer.json for answer in dry] == [told, told]
    assert (unmoved, balance(api, ann)["balance"]) == (100, 70)
    assert (late["replayed"], late["transaction_id"]) == (True, wet["transaction_id"])
    refused = api.post(f"{CLUB}/redeem", {"customer_id": ann, "amount": 71, "dry_run": True})
    assert (refused.status_code, refused.json["title"]) == (
        422, "There are 70 to spend, and this takes 71.",
    )  # fmt: skip


def test_units_are_handed_to_another_member(api: ApiClient, ann: str) -> None:
    bob = api.post("/customers", {"given_name": "Bob"}).json["id"]
    given = done(api, "/transfer", {"customer_id": ann, "to_customer_id": bob, "amount": 40})

    assert (given["kind"], given["balance"]) == ("transfer", 60)
    assert (balance(api, ann)["balance"], balance(api, bob)["balance"]) == (60, 40)
    same = {"customer_id": ann, "to_customer_id": ann, "amount": 1}
    assert api.post(f"{CLUB}/transfer", same).json["title"] == "Giver and taker are the same."
    nobody = {**same, "to_customer_id": str(UUID(int=1))}
    assert api.post(f"{CLUB}/transfer", nobody).status_code == 404
