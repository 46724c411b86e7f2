"""An adjustment above the limit by the API: others get a to-do, one of them decides, once."""

from collections.abc import Callable
from typing import Any

import pytest
from plugins.loyalty.tests.ledger.till import Till

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi_loyalty.ledger import load_unit

CLUB = "/loyalty/programmes/club"
Program = Callable[..., ApiClient]
DECISIONS = ("approve", "refuse", "withdraw")


@pytest.fixture
def ann(writing: Any, now: Any) -> str:
    """A member with 100 points."""
    with writing() as session:
        till = Till(session, load_unit(session, "club", "points"), now=now)
        customer = till.member()
        till.earn(customer, 100)
    return str(customer)


def ask(api: ApiClient, customer: str, amount: int = 5000, **more: Any) -> dict[str, Any]:
    body = {"customer_id": customer, "amount": amount, "reason": "won the draw", **more}
    answer = api.post(f"{CLUB}/adjustments", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def to_dos(api: ApiClient) -> list[tuple[str, bool]]:
    items = api.get("/tasks").json["items"]
    return [(one["customer_id"], one["done_at"] is not None) for one in items]


def points(api: ApiClient, customer: str) -> int:
    units = api.get(f"{CLUB}/members/{customer}").json["units"]
    return next(one["balance"] for one in units if one["unit"] == "points")


def test_a_small_one_is_made_at_once(api: ApiClient, ann: str) -> None:
    done = ask(api, ann, 50)

    assert (done["request"], done["receipt"]["balance"]) == (None, 150)


def test_the_others_get_a_to_do_and_it_is_done_when_one_decides(
    api: ApiClient, program: Program, ann: str
) -> None:
    second = program("admin")

    asked = ask(api, ann)["request"]
    waiting = to_dos(second)
    answer = second.post(f"/loyalty/adjustments/{asked['id']}/approve", {})

    assert (asked["state"], waiting) == ("waiting", [(ann, False)])
    assert answer.json["balance"] == 5100
    assert to_dos(second) == [(ann, True)]


def test_who_asked_cannot_decide_and_two_cannot_decide_twice(
    api: ApiClient, program: Program, ann: str
) -> None:
    second, asked = program("admin"), ask(api, ann)["request"]
    path = f"/loyalty/adjustments/{asked['id']}"

    own = api.post(f"{path}/approve", {})
    refused = second.post(f"{path}/refuse", {"answer": "no such draw"})
    late = second.post(f"{path}/approve", {})

    assert (own.status_code, refused.json["state"], late.status_code) == (422, "refused", 409)
    assert api.get(path).json["answer"] == "no such draw"
    assert points(api, ann) == 100


def test_only_who_asked_withdraws_it(api: ApiClient, program: Program, ann: str) -> None:
    second, asked = program("admin"), ask(api, ann)["request"]
    path = f"/loyalty/adjustments/{asked['id']}/withdraw"

    assert second.post(path, {}).status_code == 422
    assert api.post(path, {}).json["state"] == "withdrawn"
    assert api.get("/loyalty/adjustments").json["items"] == []


def test_the_same_key_asks_once(api: ApiClient, ann: str) -> None:
    first, again = ask(api, ann, key="draw"), ask(api, ann, key="draw")

    assert first == again
    assert len(api.get("/loyalty/adjustments").json["items"]) == 1


def test_a_member_out_of_sight_is_not_there(
    api: ApiClient, program: Program, factories: Factories, ann: str
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    seller, asked = program("staff"), ask(api, ann)["request"]
    path = f"/loyalty/adjustments/{asked['id']}"

    assert seller.get(path).status_code == 404
    assert seller.get("/loyalty/adjustments").json["items"] == []
    assert [seller.post(f"{path}/{what}", {}).status_code for what in DECISIONS] == [404] * 3
    assert to_dos(seller) == []
    assert points(api, ann) == 100
