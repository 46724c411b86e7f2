"""The REST API of rewards, as a program uses it."""

import pytest
from tests.rewards.conftest import new_customer

from guanxi.testkit.clients import ApiClient


@pytest.fixture
def wish(customer):
    """A body that asks for a hundred points."""
    return {
        "customer_id": str(customer),
        "kind": "points",
        "amount": "100",
        "unit": "points",
        "reason": "Birthday",
        "source": "shop",
        "idempotency_key": "birthday",
        "detail": {"tier": "gold"},
    }


def test_reward_goes_from_request_to_use(api, wish):
    made = api.post("/rewards", wish)
    path = f"/rewards/{made.json['id']}"

    granted = api.post(f"{path}/grant", {"reference": "V-1"}, If_Match='"1"')
    part = api.post(f"{path}/redeem", {"amount": "40"})
    rest = api.post(f"{path}/redeem", {})
    reversed_ = api.post(f"{path}/reverse", {"reason": "order cancelled"})

    assert made.status_code == 201
    assert [a.json["state"] for a in (made, granted, part, rest, reversed_)] == [
        "requested",
        "granted",
        "granted",
        "redeemed",
        "reversed",
    ]
    assert (part.json["redeemed_amount"], rest.json["redeemed_amount"]) == ("40.0000", "100.0000")
    shown = api.get(path)
    assert (shown.json["state_reason"], shown.headers["ETag"]) == ("order cancelled", '"5"')


def test_asking_again_gives_the_first(api, wish):
    first = api.post("/rewards", wish)
    again = api.post("/rewards", wish)
    other = api.post("/rewards", {**wish, "amount": "5"})

    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    assert (other.status_code, other.json["code"]) == (409, "different_request")


def test_without_a_key_each_call_asks_anew(api, wish):
    del wish["idempotency_key"]

    first, second = api.post("/rewards", wish), api.post("/rewards", wish)

    assert first.json["id"] != second.json["id"]


def test_step_that_is_not_possible_is_a_conflict(api, wish):
    path = f"/rewards/{api.post('/rewards', wish).json['id']}"

    answer = api.post(f"{path}/redeem", {"amount": "1"})

    assert (answer.status_code, answer.json["code"]) == (409, "wrong_state")


def test_refusal_says_why(api, wish):
    path = f"/rewards/{api.post('/rewards', wish).json['id']}"

    assert api.post(f"{path}/refuse", {}).status_code == 422
    assert api.post(f"{path}/refuse", {"reason": "no budget"}).json["state_reason"] == "no budget"


def test_stale_version_is_refused(api, wish):
    path = f"/rewards/{api.post('/rewards', wish).json['id']}"
    api.post(f"{path}/grant", {})

    assert api.post(f"{path}/redeem", {}, If_Match='"1"').status_code == 412


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "-1"},
        {"amount": "x"},
        {"customer_id": None},
        {"reason": ""},
        {"kind": "\u0000"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"detail": []},
        {"detail": {"a": "\u0000"}},
        {"state": "granted"},
    ],
    ids="-".join,
)
def test_bad_input_is_refused(api, wish, change):
    assert api.post("/rewards", {**wish, **change}).status_code == 422


def test_list_is_filtered_and_paged(api, wish):
    for number in range(3):
        api.post("/rewards", {**wish, "idempotency_key": str(number)})
    api.post("/rewards", {**wish, "kind": "coupon", "idempotency_key": "c"})

    first = api.get("/rewards?kind=points&limit=2").json
    rest = api.get(f"/rewards?kind=points&limit=2&cursor={first['next']}").json

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert api.get("/rewards?state=granted").json["items"] == []
    assert api.get("/rewards?state=gone").status_code == 422


def test_who_may_only_ask_cannot_grant(app, api, factories, wish):
    path = f"/rewards/{api.post('/rewards', wish).json['id']}"
    shop = ApiClient(app, factories.token("integration"))

    assert shop.post(f"{path}/grant", {}).status_code == 403
    assert shop.post("/rewards", {**wish, "idempotency_key": "2"}).status_code == 201


def test_others_rewards_are_not_found(app, write, factories, api, wish):
    me, colleague = factories.user("staff"), factories.user("staff")
    theirs = new_customer(write, "Theirs", colleague)
    made = api.post("/rewards", {**wish, "customer_id": str(theirs)}).json["id"]
    mine = ApiClient(app, factories.token(user_id=me))

    assert mine.get(f"/rewards/{made}").status_code == 404
    assert mine.get("/rewards").json["items"] == []
    refused = mine.post("/rewards", {**wish, "customer_id": str(theirs), "idempotency_key": "2"})
    assert refused.status_code == 422
