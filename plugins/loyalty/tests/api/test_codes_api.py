"""Codes, gift cards and rewards at the till."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import Shop
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.testkit.clients import ApiClient

CLUB = "/loyalty/programmes/club"
Writing = Callable[..., AbstractContextManager[Session]]


def order(*codes: str, amounts: tuple[int, ...] = (1000,), **more: Any) -> dict[str, Any]:
    """Return an order as a till sends it."""
    lines = [
        {"ref": str(place), "product": f"p{place}", "amount": amount}
        for place, amount in enumerate(amounts)
    ]
    return {"currency": "GBP", "lines": lines, "codes": list(codes), **more}


def created(api: ApiClient, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Return what was created."""
    answer = api.post(CLUB + path, body, **headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def done(api: ApiClient, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
    """Return the answer to a command."""
    answer = api.post(CLUB + path, body, **headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture
def ten(api: ApiClient) -> dict[str, Any]:
    """Ten percent off by the code WELCOME."""
    terms = {"key": "ten", "title_en": "Ten", "code": "WELCOME", "effect": "percent"}
    return created(api, "/code-sets", {**terms, "value": 1000, "code_limit": 2})


@pytest.fixture
def ann(writing: Writing) -> UUID:
    """A member with 500 points."""
    with writing() as session:
        return Counter(session).member(500)


def test_a_code_is_quoted_used_and_given_back(api: ApiClient, ten: dict[str, Any]) -> None:
    quote = done(api, "/codes/quote", order("welcome", amounts=(333, 333, 334), shipping=50))
    used = done(api, "/codes/redeem", order("welcome"), Idempotency_Key="o1")
    again = done(api, "/codes/redeem", order("welcome"), Idempotency_Key="o1")

    assert (quote["discount"], quote["total"]) == (100, 950)
    assert sorted(line["discount"] for line in quote["lines"]) == [33, 33, 34]
    assert again == used
    freed = [done(api, f"/codes/orders/{used['order_id']}/reverse")["freed"] for _ in range(2)]
    assert freed == [1, 0]


def test_the_same_key_in_the_body_uses_a_code_once(api: ApiClient, ten: dict[str, Any]) -> None:
    first, again = (done(api, "/codes/redeem", order("WELCOME", key="k")) for _ in range(2))

    assert first == again
    answer = api.post(f"{CLUB}/codes/redeem", order("WELCOME", key="k", amounts=(1,)))
    assert answer.status_code == 409


def test_a_code_that_cannot_be_used_gets_one_answer(api: ApiClient, ten: dict[str, Any]) -> None:
    for _ in range(2):
        done(api, "/codes/redeem", order("WELCOME"))

    answers = [api.post(f"{CLUB}/codes/redeem", order(code)) for code in ("WELCOME", "NOSUCH")]

    assert [answer.status_code for answer in answers] == [422, 422]
    problems = [
        {name: value for name, value in answer.json.items() if name != "request_id"}
        for answer in answers
    ]
    assert problems[0]["code"] == "code_not_usable"
    assert problems[0] == problems[1]
    quotes = [done(api, "/codes/quote", order(code)) for code in ("WELCOME", "NOSUCH")]
    assert quotes[0] == quotes[1]


def test_guessing_is_throttled_for_a_visitor_and_not_for_others(
    api: ApiClient, ten: dict[str, Any]
) -> None:
    wrong = [
        api.post(f"{CLUB}/codes/redeem", order(f"GUESS{one}", visitor="v1")) for one in range(6)
    ]
    right = api.post(f"{CLUB}/codes/redeem", order("WELCOME", visitor="v1"))

    assert [answer.status_code for answer in wrong] == [422] * 5 + [429]
    assert (right.status_code, right.headers["Retry-After"]) == (429, "2")
    done(api, "/codes/redeem", order("WELCOME", visitor="v2"))


def test_guesses_by_quoting_and_at_gift_cards_count_too(
    api: ApiClient, ten: dict[str, Any]
) -> None:
    codes = [f"GUESS{one}" for one in range(4)]
    done(api, "/codes/quote", order(*codes, visitor="v1"))
    look = {"code": "G", "visitor": "v1"}
    answers = [api.post(f"{CLUB}/gift-cards/look", look) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 429, 429]


def test_bulk_codes_are_shown_once(api: ApiClient, writing: Writing) -> None:
    created(api, "/code-sets", {"key": "b", "title_en": "B", "effect": "amount", "value": 500})

    path, body = "/code-sets/b/codes", {"count": 3}
    made = created(api, path, body, Idempotency_Key="batch")
    again = created(api, path, body, Idempotency_Key="batch")

    assert (made["count"], len(set(made["codes"])), again["codes"]) == (3, 3, None)
    with writing() as session:
        kept = session.execute(text("SELECT encode(body, 'escape') FROM idempotent_answers"))
        assert [code for body in kept.scalars() for code in made["codes"] if code in body] == []
        assert session.execute(text("SELECT count(*) FROM loyalty_codes")).scalar_one() == 3
    assert done(api, "/codes/redeem", order(made["codes"][0]))["discount"] == 500
    (shown,) = api.get(f"{CLUB}/code-sets").json["items"]
    assert (shown["made"], shown["kind"], shown["value"]) == (3, "bulk", 500)


def test_codes_of_a_paused_set_do_not_work(api: ApiClient, ten: dict[str, Any]) -> None:
    assert done(api, "/code-sets/ten/state", {"state": "paused"})["state"] == "paused"

    assert api.post(f"{CLUB}/codes/redeem", order("WELCOME")).status_code == 422


def test_a_gift_card_is_issued_paid_with_and_given_back(api: ApiClient) -> None:
    card = created(api, "/gift-cards", {"amount": 5000}, Idempotency_Key="c1")
    again = created(api, "/gift-cards", {"amount": 5000}, Idempotency_Key="c1")
    pay = {"code": card["code"], "amount": 6000, "partly": True, "key": "p1"}
    paid, twice = (done(api, "/gift-cards/pay", pay) for _ in range(2))
    refund = done(api, f"/gift-cards/payments/{paid['activity_id']}/refund", {"amount": 1000})

    assert (again["card_id"], again["code"]) == (card["card_id"], None)
    assert (paid["amount"], paid["balance"], twice) == (5000, 0, paid)
    assert refund["balance"] == 1000
    assert done(api, "/gift-cards/look", {"code": card["code"]})["balance"] == 1000
    done(api, f"/gift-cards/{card['card_id']}/load", {"amount": 50})
    done(api, f"/gift-cards/{card['card_id']}/block", {"reason": "lost"})
    assert api.post(f"{CLUB}/gift-cards/pay", {**pay, "key": "p2"}).status_code == 422
    shown = api.get(f"{CLUB}/gift-cards/{card['card_id']}").json
    assert (shown["state"], shown["balance"]) == ("blocked", 1050)
    done(api, f"/gift-cards/{card['card_id']}/unblock", {"reason": "found"})
    assert done(api, "/gift-cards/pay", {**pay, "key": "p3"})["amount"] == 1050


def test_a_reward_is_offered_taken_handed_over_and_cancelled(api: ApiClient, ann: UUID) -> None:
    created(api, "/rewards", {"key": "mug", "title_en": "Mug", "points": 100, "stock": 1})
    (offered,) = api.get(f"{CLUB}/rewards").json["items"]
    take = {"customer_id": str(ann), "key": "t1"}

    first, again = (created(api, "/rewards/mug/take", take) for _ in range(2))

    assert (offered["points"], offered["stock"]) == (100, 1)
    assert first == again
    assert api.get(f"{CLUB}/rewards").json["items"] == []
    assert api.post(f"{CLUB}/rewards/mug/take", {"customer_id": str(ann)}).status_code == 422
    issue = f"/reward-issues/{first['id']}"
    assert done(api, f"{issue}/redeem")["state"] == "redeemed"
    assert done(api, f"{issue}/cancel", {"reason": "broken"})["state"] == "cancelled"
    assert done(api, "/rewards/mug/stock", {"change": 4})["stock"] == 5
    assert api.post(f"{CLUB}/rewards/mug/stock", {"change": -6}).status_code == 409


def test_a_surprise_is_given_within_the_budget(api: ApiClient, ann: UUID) -> None:
    cake = {"key": "cake", "title_en": "Cake", "cost": 300, "surprise": True}
    created(api, "/rewards", cake)
    assert api.put(f"{CLUB}/surprises/budget", {"monthly": 500}).status_code == 204
    given = {"customer_id": str(ann), "reward": "cake", "reason": "was patient"}

    surprise = created(api, "/surprises", {**given, "key": "s1"})

    assert api.post(f"{CLUB}/surprises", given).status_code == 422
    budget = api.get(f"{CLUB}/surprises/budget").json
    assert (budget["monthly"], budget["spent"], budget["left"]) == (500, 300, 200)
    back = done(api, f"/surprises/{surprise['id']}/take-back", {"reason": "by mistake"})
    assert back["state"] == "taken_back"
    assert api.get(f"{CLUB}/surprises/budget").json["left"] == 500


def test_a_referral_is_registered_by_code(api: ApiClient, ann: UUID, writing: Writing) -> None:
    with writing() as session:
        bob = Shop(session).member()
    terms = {"referrer_points": 100, "referred_points": 50}
    assert api.put(f"{CLUB}/referral-terms", terms).status_code == 204
    code = done(api, f"/members/{ann}/referral-code")["code"]

    own = done(api, "/referrals", {"code": code, "customer_id": str(ann)})
    found = done(api, "/referrals", {"code": code, "customer_id": str(bob)})

    assert (own["state"], found["state"]) == ("refused", "pending")
    wrong = api.post(f"{CLUB}/referrals", {"code": "NOSUCH", "customer_id": str(bob)})
    assert (wrong.status_code, wrong.json["code"]) == (422, "code_not_usable")


BAD: tuple[dict[str, Any], ...] = (
    {"currency": "EUR"},
    {"lines": []},
    {"codes": []},
    {"codes": ["A"] * 11},
    {"shipping": -1},
    {"shipping": 1.5},
    {"lines": [{"ref": "1", "product": "p", "amount": "10"}]},
    {"lines": [{"ref": "1", "product": "p", "amount": 1}] * 2},
    {"customer_id": "0199"},
)


def test_bad_orders_are_refused(api: ApiClient, ten: dict[str, Any]) -> None:
    answers = [api.post(f"{CLUB}/codes/quote", order("WELCOME") | change) for change in BAD]

    assert [answer.status_code for answer in answers] == [422] * len(BAD)


def test_what_there_is_not_is_not_found(api: ApiClient) -> None:
    nobody = "01990000-0000-7000-8000-000000000000"
    for path, body in (
        (f"/codes/orders/{nobody}/reverse", None),
        ("/code-sets/none/codes", {"count": 1}),
        (f"/gift-cards/payments/{nobody}/refund", {}),
        (f"/gift-cards/{nobody}/load", {"amount": 1}),
        ("/rewards/none/take", {"customer_id": nobody}),
        (f"/reward-issues/{nobody}/redeem", None),
        (f"/surprises/{nobody}/take-back", {"reason": "x"}),
    ):
        assert api.post(CLUB + path, body).status_code == 404, path
    assert api.get("/loyalty/programmes/none/rewards").status_code == 404


def test_whoever_may_not_gives_nothing_away(program: Callable[..., ApiClient]) -> None:
    stranger = program("staff")

    assert stranger.post(f"{CLUB}/codes/redeem", order("WELCOME")).status_code == 403
    assert stranger.post(f"{CLUB}/gift-cards", {"amount": 5000}).status_code == 403


def test_a_set_with_conditions_that_cannot_be_stored_is_refused(api: ApiClient) -> None:
    terms = {"key": "ten", "title_en": "Ten", "effect": "percent", "value": 1000}

    refused = api.post(f"{CLUB}/code-sets", {**terms, "conditions": {"products": ["p\x00"]}})

    assert (refused.status_code, api.get(f"{CLUB}/code-sets").json["items"]) == (422, [])
