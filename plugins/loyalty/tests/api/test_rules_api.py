"""Rules, campaigns, tiers and trials, as an admin's program uses them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.fixtures import NOW

CLUB = "/loyalty/programmes/club"
Program = Callable[..., ApiClient]
BASE = {"key": "base", "title_en": "One a pound", "title_zh": "每镑一分"}


@pytest.fixture
def club(loyalty: Platform) -> Club:
    """People, and a worker."""
    return Club(loyalty, NOW)


def created(api: ApiClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(CLUB + path, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def tried(api: ApiClient, who: UUID, **more: Any) -> dict[str, Any]:
    line = {"product": "A", "quantity": "2", "unit_price": "5.40"}
    answer = api.post(f"{CLUB}/simulate", {"customer_id": str(who), "lines": [line], **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_rule_is_made_changed_and_listed(api: ApiClient) -> None:
    created(api, "/campaigns", {"key": "spring", "title_en": "Spring", "budget": 500})
    made = created(api, "/rules", {**BASE, "campaign": "spring"})
    changed = api.patch(f"{CLUB}/rules/base", {"state": "paused", "priority": 5}).json

    assert (made["unit"], made["trigger"], made["campaign"]) == ("points", "purchase", "spring")
    assert (changed["state"], changed["priority"], changed["version"]) == ("paused", 5, 2)
    assert api.get(f"{CLUB}/rules").json["items"] == [changed]


@pytest.mark.parametrize(
    "wrong",
    [
        {"definition": {"reward": {"units": "0"}}},
        {"definition": {"reward": {"units": 1.5}}},
        {"definition": {"conditions": {"weekdays": [8]}}},
        {"definition": {"conditions": {"channels": ["a\x00"]}}},
        {"definition": {"conditions": {"attributes": [{"key": "no.such", "op": "filled"}]}}},
        {"definition": {"surprise": 1}},
        {"definition": {"conditions": {"products": ["x" * 40] * 2000}}},
        {"definition": []},
        {"key": "Not a key"},
        {"title_en": ""},
        {"priority": -1},
    ],
)
def test_a_rule_that_cannot_be_is_refused(api: ApiClient, wrong: dict[str, Any]) -> None:
    assert api.post(f"{CLUB}/rules", {**BASE, **wrong}).status_code == 422
    assert api.get(f"{CLUB}/rules").json["items"] == []


def test_a_campaign_is_paused_and_says_what_it_spent(api: ApiClient, club: Club) -> None:
    terms = {"key": "spring", "title_en": "Spring", "budget": 50, "ends_at": "2027-01-01T00:00:00Z"}
    created(api, "/campaigns", terms)
    created(api, "/rules", {**BASE, "campaign": "spring"})
    club.buy(club.person(), "20")
    club.read()

    paused = api.post(f"{CLUB}/campaigns/spring/state", {"state": "paused"}).json

    assert (paused["state"], paused["spent"], paused["budget"]) == ("paused", 20, 50)
    assert api.get(f"{CLUB}/campaigns").json["items"] == [paused]
    backwards = {**terms, "key": "two", "starts_at": "2027-02-01T00:00:00Z"}
    assert api.post(f"{CLUB}/campaigns", backwards).status_code == 422


def test_a_trial_says_what_is_given_and_why_the_rest_is_not(api: ApiClient, club: Club) -> None:
    ann = club.person()
    created(api, "/rules", BASE)
    third = {"conditions": {"every": 3}, "reward": {"way": "fixed", "units": "7"}}
    created(api, "/rules", {**BASE, "key": "third", "definition": third})

    judged = tried(api, ann)

    assert judged == {
        "awards": [{"rule": "base", "unit": "points", "units": 10}],
        "others": [
            {
                "rule": "third",
                "reason": "It is purchase number 1 of the member, and only one in 3 counts.",
            }
        ],
    }
    assert (club.points(ann), club.transactions()) == (0, 0)
    assert tried(api, ann, amount="3.99", lines=[])["awards"][0]["units"] == 3


def test_tiers_get_another_version_and_a_member_is_shown_in_one(api: ApiClient, club: Club) -> None:
    ann, path = club.person(), f"{CLUB}/members/{{}}/tier"
    before = api.get(path.format(ann)).status_code
    first = created(api, "/tiers", {"definition": {"tiers": TIERS}})
    created(api, "/rules", {**BASE, "unit": "qualifying"})
    club.buy(ann, "120")
    club.read()

    shown = api.get(path.format(ann)).json

    assert before == 404
    assert (shown["tier"], [one["cause"] for one in shown["changes"]]) == ("silver", ["reached"])
    assert [one["since"] for one in api.get(f"{CLUB}/tiers").json["items"]] == [first["since"]]
    nothing = api.get(path.format(club.person("Bob"))).json
    assert nothing == {"tier": "basic", "since": None, "changes": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"tiers": []},
        {"tiers": [{**TIERS[0], "voucher": 5}]},
        {"tiers": [{**TIERS[0], "multiplier": "NaN"}]},
        {"tiers": [{**TIERS[0], "title_zh": "\x00"}]},
        {"tiers": TIERS, "months": 0},
        {"tiers": TIERS, "basis": ["spend"]},
        {},
    ],
)
def test_tiers_that_cannot_be_are_refused(api: ApiClient, wrong: dict[str, Any]) -> None:
    assert api.post(f"{CLUB}/tiers", {"definition": wrong}).status_code == 422


def test_who_may_not_manage_makes_no_rules_and_tries_on_nobody_out_of_sight(
    program: Program, club: Club
) -> None:
    ann = club.person()
    staff = program("staff")

    assert staff.post(f"{CLUB}/rules", BASE).status_code == 403
    assert staff.post(f"{CLUB}/simulate", {"customer_id": str(ann)}).status_code == 403


def test_a_rule_is_changed_by_who_saw_its_latest_version_only(api: ApiClient) -> None:
    created(api, "/rules", BASE)
    seen = api.get(f"{CLUB}/rules/base").headers["ETag"]
    first = api.patch(f"{CLUB}/rules/base", {"priority": 5}, If_Match=seen)
    late = api.patch(f"{CLUB}/rules/base", {"priority": 9}, If_Match=seen)
    strange = api.patch(f"{CLUB}/rules/base", {"priority": 9}, If_Match='"x"')

    shown = api.get(f"{CLUB}/rules/base")

    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert (late.status_code, late.json["code"]) == (412, "precondition_failed")
    assert strange.status_code == 412
    assert (shown.json["priority"], shown.headers["ETag"]) == (5, '"2"')


def test_a_campaign_is_changed_within_what_it_gave(api: ApiClient, club: Club) -> None:
    created(api, "/campaigns", {"key": "spring", "title_en": "Spring", "budget": 50})
    created(api, "/rules", {**BASE, "campaign": "spring"})
    path = f"{CLUB}/campaigns/spring"
    seen = api.get(path).headers["ETag"]
    before = api.patch(path, {"held_back": 1, "ends_at": "2027-01-01T00:00:00Z"}, If_Match=seen)
    club.buy(club.person(), "20")
    club.read()

    late = api.patch(path, {"budget": 90}, If_Match=seen)
    late_state = api.post(f"{path}/state", {"state": "paused"}, If_Match=seen)
    small, other_group = api.patch(path, {"budget": 19}), api.patch(path, {"held_back": 2})
    fits = api.patch(path, {"budget": 20, "title_zh": "春"})

    assert (before.status_code, before.json["held_back"]) == (200, 1)
    assert (late.status_code, late_state.status_code) == (412, 412)
    assert (small.status_code, other_group.status_code) == (422, 422)
    assert (fits.json["budget"], fits.json["spent"], fits.json["title_zh"]) == (20, 20, "春")
