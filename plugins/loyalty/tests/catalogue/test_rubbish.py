"""Rubbish in every field of every form of rewards, codes, cards, referrals and budgets: no 500."""

from typing import Final

import pytest
from plugins.loyalty.tests.gift_cards.counter import Counter as CardCounter
from plugins.loyalty.tests.pages.desk import Desk

from guanxi.sdk import new_id
from guanxi.testkit.people import Person
from guanxi_loyalty.models import Code, CodeBatch
from guanxi_loyalty.vouchers.batches import BatchAsk, ask_codes

CLUB: Final = "programmes/club"
FORMS: Final = {
    f"{CLUB}/rewards/new": (
        "title_en", "title_zh", "key", "text_en", "image", "gives", "code_set", "unit", "points",
        "money", "value", "cost", "stock", "customer_limit", "keep_days", "surprise", "valid_from",
        "valid_to", "picture",
    ),
    f"{CLUB}/rewards/mug/edit": ("title_en", "points", "version", "remove_picture", "valid_to"),
    f"{CLUB}/rewards/mug/stock": ("change", "version", "endless"),
    f"{CLUB}/rewards/mug/state": ("state", "version"),
    f"{CLUB}/rewards/taken/{{issue}}/cancel": ("reason", "back"),
    f"{CLUB}/budgets": ("staff_id", "monthly", "version"),
    f"{CLUB}/codes/new": (
        "title_en", "title_zh", "key", "kind", "code", "code_limit", "effect", "value", "most",
        "min_order", "products", "categories", "except", "valid_from", "valid_to", "total_limit",
        "customer_limit", "family", "priority", "alone",
    ),
    f"{CLUB}/codes/ten/edit": ("title_en", "total_limit", "version", "products"),
    f"{CLUB}/codes/ten/state": ("state", "version"),
    f"{CLUB}/codes/ten/make": ("count", "length", "batch"),
    f"{CLUB}/codes/ten/batches/{{batch}}/block": ("reason",),
    f"{CLUB}/codes/look": ("code",),
    f"{CLUB}/codes/one/{{code}}/block": ("reason", "blocked"),
    f"{CLUB}/gift-cards/new": ("amount", "expires_at", "customer_query", "customer_id", "key"),
    f"{CLUB}/gift-cards/look": ("code",),
    f"{CLUB}/gift-cards/{{card}}/load": ("amount", "key"),
    f"{CLUB}/gift-cards/{{card}}/block": ("block_reason", "blocked", "key"),
    f"{CLUB}/gift-cards/{{card}}/longer": ("expires_at", "longer_reason", "key"),
    f"{CLUB}/referral-terms": (
        "referrer_points", "referred_points", "min_order", "window_days", "most", "unit", "active",
        "version",
    ),
}  # fmt: skip
USUAL: Final = {
    "title_en": "T", "points": "1", "kind": "bulk", "effect": "percent", "value": "10",
    "amount": "1", "version": "1", "reason": "x", "count": "1", "length": "16", "window_days": "3",
    "referrer_points": "1", "staff_id": "all", "monthly": "1", "block_reason": "x",
    "longer_reason": "x",
}  # fmt: skip
RUBBISH: Final = {
    "nul": "a\0b", "half a character": "\ud800", "10,000 digits": "9" * 10_000, "nothing": "",
    "list": "[]", "Roman": "Ⅻ", "minus": "-1", "year": "9999-12-31",
}  # fmt: skip
PLACES: Final = (
    "rewards?programme=%00", "rewards/taken?reward=%00&state=%00", "rewards/taken?after=WyJ4IiwxXQ",
    "codes?programme=%00", "gift-cards?q=%00&state=%00", "gift-cards?after=W251bGwsbnVsbF0",
    "referrals?state=%00&cause=%00", "referrals?after=e30", "budgets?month=%00",
    "programmes/%00/codes/new", "programmes/club/codes/%00/edit", "pictures/x",
)  # fmt: skip


@pytest.mark.slow
def test_no_field_of_a_form_breaks_it(desk: Desk, admin: Person) -> None:
    places = _furnish(desk)

    found = {}
    for path, names in FORMS.items():
        for name in names:
            for what, rubbish in RUBBISH.items():
                form = {**_usual(path), name: rubbish.encode("utf-8", "surrogatepass")}
                answer = admin.send(f"/loyalty/{path.format(**places)}", form)
                found[path, name, what] = answer.status_code
    for place in PLACES:
        found[place, "", ""] = admin.get(f"/loyalty/{place}").status_code

    assert {one: status for one, status in found.items() if status >= 500} == {}
    assert found[f"{CLUB}/rewards/new", "title_en", "nul"] == 422
    assert found[f"{CLUB}/codes/new", "title_zh", "nul"] == 422


def _usual(path: str) -> dict[str, str]:
    """Return a form that does, with a key of its own."""
    key = new_id().hex
    return {**USUAL, "batch": key, "key": key if "gift" in path else f"k{key[-20:]}"}


def _furnish(desk: Desk) -> dict[str, object]:
    """Make one thing of each kind; return where they are."""
    with desk.writing() as session:
        counter = desk.counter(session)
        mug = counter.reward(key="mug", stock=5)
        issue = counter.take(counter.member(500), mug).issue.id
        ten = counter.shop.set(None, key="ten")
        ask_codes(session, ten, BatchAsk(new_id(), 1, 16, desk.now, "test"), _NoBox())
        card = CardCounter(session, desk.now).issue(500).card_id
    return {
        "issue": issue,
        "card": card,
        "batch": desk.latest(CodeBatch).id,
        "code": desk.latest(Code).id,
    }


class _NoBox:
    """Few codes need no box."""

    def encrypt(self, plain: str) -> str:
        raise AssertionError(plain)

    def decrypt(self, encrypted: str) -> str:
        raise AssertionError(encrypted)
