"""Rules and campaigns as an admin makes, changes and puts them away at a browser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from plugins.loyalty.tests.admin.sheets import changed, errors, fields, value_of
from plugins.loyalty.tests.earning.club import Club

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow, flashes
from guanxi_loyalty.earning.rules import find_campaign, find_rule
from guanxi_loyalty.models import Campaign, EarningRule
from guanxi_loyalty.pages.rule_kinds import KINDS
from guanxi_loyalty.programmes import find_programme

Somebody = Callable[..., Person]
RULES = "/loyalty/rules"
NEW = f"{RULES}/club/new"
EDIT = f"{RULES}/club/base/edit"
CAMPAIGN = "/loyalty/campaigns/club"
REQUIRED = re.compile(r'<(?:input|select|textarea)[^>]* name="([^"]+)" required')
NOT_THERE = ("", "review", "advocacy", "referral")
"""Kinds of touchpoint that an admin adds first."""
FULL: dict[str, Any] = {
    "conditions": {
        "channels": ["store"], "products": ["A7", "85*"], "minimum": "49.5", "every": 3,
        "since": "2026-01-01", "until": "2026-12-31", "weekdays": [6, 7], "hours": [22, 2],
        "attributes": [
            {"key": "customers.city", "op": "is_not", "value": "York"},
            {"key": "customers.birthday", "op": "filled", "value": None},
            {"key": "customers.tags", "op": "has", "value": ["vip", "new"]},
        ],
    },
    "reward": {"way": "per_amount", "units": "1.5", "per": "10", "whole": True},
    "limits": [{"period": "day", "times": 2, "units": None},
               {"period": "ever", "times": None, "units": 500}],
    "stacking": "exclusive",
    "stop": True,
}  # fmt: skip


def stored(club: Club, key: str = "base") -> EarningRule:
    with club.platform.database.read() as session:
        return find_rule(session, find_programme(session, "club"), key)


def campaign(club: Club, key: str = "spring") -> Campaign:
    with club.platform.database.read() as session:
        return find_campaign(session, find_programme(session, "club"), key)


def test_every_usual_rule_can_be_taken_as_it_is(club: Club, admin: Person) -> None:
    there = [one for one in KINDS if one.trigger not in NOT_THERE]

    for one in there:
        sent = changed(fields(admin.read(f"{NEW}?kind={one.key}")), key=one.key)
        answer = admin.send(NEW, sent)
        assert answer.status_code == 302, (one.key, errors(answer.text))

    made = [stored(club, one.key) for one in there]
    assert [one.trigger for one in made] == [one.trigger for one in there]
    assert [one.title_zh for one in made] == [one.title.zh for one in there]


def test_only_what_has_to_be_there_is_required(club: Club, admin: Person) -> None:
    club.rule()
    club.campaign()
    paths = {
        EDIT: {"way", "reward_units"},
        f"{CAMPAIGN}/spring/edit": set(),
        "/loyalty/programmes/club/edit": {"rounding", "hold_minutes", "expiry_month"},
        "/loyalty/tiers/club/edit": set(),
        "/loyalty/simulator": {"trigger"},
    }

    found = {path: set(REQUIRED.findall(admin.read(path))) for path in paths}

    assert found == paths


def test_a_kind_of_touchpoint_that_is_not_there_has_to_be_chosen(club: Club, admin: Person) -> None:
    sent = fields(admin.read(f"{NEW}?kind=review"))

    refused = admin.send(NEW, changed(sent, trigger="review"))
    taken = admin.send(NEW, changed(sent, trigger="care", key="care"))

    assert (refused.status_code, errors(refused.text)) == (422, ["Choose one of the list."])
    assert (taken.status_code, stored(club, "care").trigger) == (302, "care")


def test_the_list_says_what_rules_do_in_both_languages(club: Club, admin: Person) -> None:
    club.campaign(budget=500, held_back=1000)
    club.rule(campaign="spring")
    club.rule("twice", reward={"way": "multiplier", "units": "2"}, priority=1)
    who = [club.person(f"P{n}") for n in range(5)]
    for one in who:
        club.buy(one, "20")
    club.read()

    english, chinese = admin.read(RULES), admin.speaks("zh").read(RULES)

    assert 'Only while the campaign "Spring" runs.' in english
    assert f"{club.spent()} of 500" in english
    assert english.index("Base") < english.index("2 times the points that other rules give")
    assert "每次购买，其他规则所得积分的 2 倍。" in chinese


def test_a_rule_that_is_saved_as_it_was_says_the_same(club: Club, admin: Person) -> None:
    club.rule(**FULL)
    before = stored(club).definition

    answer = admin.send(EDIT, fields(admin.read(EDIT)))

    assert answer.status_code == 302, errors(answer.text)
    after = stored(club).definition
    assert after["reward"] == before["reward"]
    assert after["limits"] == before["limits"]
    assert {k: v for k, v in after["conditions"].items() if k != "attributes"} == {
        k: v for k, v in before["conditions"].items() if k != "attributes"
    }
    assert [(a["key"], a["op"], a.get("value")) for a in after["conditions"]["attributes"]] == [
        (a["key"], a["op"], a.get("value")) for a in before["conditions"]["attributes"]
    ]
    assert (after["stacking"], after["stop"]) == ("exclusive", True)


def test_what_only_a_program_can_say_stays(club: Club, admin: Person) -> None:
    club.rule(trigger="survey", conditions={"nth": 3}, reward={"way": "per_line", "units": "2"})

    admin.send(EDIT, changed(fields(admin.read(EDIT)), priority="7"))

    assert stored(club).definition["conditions"] == {"nth": 3}
    assert stored(club).definition["reward"]["way"] == "per_line"
    assert stored(club).priority == 7


def test_conditions_on_members_are_typed_as_titles_or_chosen(club: Club, admin: Person) -> None:
    club.rule()
    rows = {
        "attr-0-key": "customers.city", "attr-0-op": "is", "attr-0-value": "York",
        "attr-1-key": "customers.kind", "attr-1-op": "is", "attr-1-value": "Person",
        "attr-4-key": "customers.birthday", "attr-4-op": "at_most", "attr-4-value": "2000-12-31",
    }  # fmt: skip

    admin.send(EDIT, changed(fields(admin.read(EDIT)), **rows))

    assert stored(club).definition["conditions"]["attributes"] == [
        {"key": "customers.city", "op": "is", "value": "York"},
        {"key": "customers.kind", "op": "is", "value": "person"},
        {"key": "customers.birthday", "op": "at_most", "value": "2000-12-31"},
    ]


def test_a_row_gets_the_controls_of_its_attribute(club: Club, admin: Person) -> None:
    path = f"{RULES}/club/condition?row=3&attr-3-key="

    kind, day = admin.read(f"{path}customers.kind"), admin.read(f"{path}customers.birthday")
    known = admin.read(f"{path}customers.birthday&attr-3-op=filled")

    assert '<option value="person"' in kind
    assert 'type="date"' in day
    assert "attr-3-value" not in known
    assert admin.get(f"{RULES}/club/condition?row=x&attr-0-key=no.such").status_code == 200


WRONG = [
    ("title_en", "a\0b"), ("priority", "first"), ("priority", "10001"), ("count", "some"),
    ("count_number", "x"), ("minimum", "cheap"), ("minimum", "-1"), ("minimum", "1e400"),
    ("minimum", "NaN"), ("products", "85*"), ("products", "a\0b"), ("categories", "*"),
    ("way", "gift"), ("reward_units", ""), ("reward_units", "0"), ("reward_units", "9" * 4000),
    ("reward_per", ""), ("reward_per", "0"), ("since", "soon"), ("until", "9999-12-31"),
    ("weekdays", "8"), ("channels", "moon"), ("hour_from", "8"), ("hour_to", "25"),
    ("limit_day_times", "0"), ("limit_ever_units", "x"),
]  # fmt: skip


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(club: Club, admin: Person) -> None:
    club.rule()
    sent = changed(fields(admin.read(EDIT)), title_zh="规则")
    found = []

    for name, typed in WRONG:
        more = {"count": "every"} if name == "count_number" else {}
        answer = admin.send(EDIT, changed(sent, **{**more, name: typed}))
        place = "hour_to" if name == "hour_from" else name
        told = f'href="#field-{place}"' in answer.text
        found.append((name, typed, answer.status_code, told, value_of(answer.text, "title_zh")))

    kept = {name: "规则" for name, _ in WRONG}
    assert found == [(name, typed, 422, True, kept[name]) for name, typed in WRONG]
    assert stored(club).version == 1


def test_a_condition_that_cannot_be_is_told_at_its_row(club: Club, admin: Person) -> None:
    club.rule()
    sent = fields(admin.read(EDIT))
    rows = [
        ("no.such", "is", "x"), ("customers.city", "at_least", "x"), ("customers.city", "is", ""),
        ("customers.birthday", "at_least", "May"), ("customers.kind", "is", "robot"),
    ]  # fmt: skip

    for key, op, value in rows:
        row = {"attr-0-key": key, "attr-0-op": op, "attr-0-value": value}
        answer = admin.send(EDIT, changed(sent, **row))
        assert (key, answer.status_code, len(errors(answer.text))) == (key, 422, 1)

    assert stored(club).version == 1


def test_what_cannot_go_together_is_refused(club: Club, admin: Person) -> None:
    club.rule()
    sent = fields(admin.read(EDIT))

    backwards = admin.send(EDIT, changed(sent, since="2026-02-01", until="2026-01-01"))
    alone = admin.send(EDIT, changed(sent, way="multiplier", reward_units="2", exclusive="1"))
    little = admin.send(EDIT, changed(sent, way="multiplier", reward_units="1"))

    assert errors(backwards.text) == ["It ends before it begins."]
    assert errors(alone.text) == ["A multiplier goes together with what it multiplies."]
    assert errors(little.text) == ["A multiplier is above 1."]


def test_a_new_rule_needs_a_key_a_unit_and_a_campaign_that_can_be(
    club: Club, admin: Person
) -> None:
    club.rule()
    sent = changed(fields(admin.read(f"{NEW}?kind=survey")), title_en="Mine")
    wrong = [
        ("key", "base", 409), ("key", "Not a key", 422), ("unit", "gold", 422),
        ("campaign", "none", 422), ("trigger", "nothing", 422),
    ]  # fmt: skip

    for name, typed, status in wrong:
        answer = admin.send(NEW, changed(sent, **{name: typed}))
        assert (name, answer.status_code) == (name, status)
        assert value_of(answer.text, "title_en") == "Mine"


def test_a_stale_form_changes_nothing(club: Club, admin: Person) -> None:
    club.rule()
    sent = fields(admin.read(EDIT))
    admin.send(EDIT, changed(sent, title_en="First"))

    late = admin.send(EDIT, changed(sent, title_en="Second"))
    admin.send(f"{RULES}/club/base/state", {"state": "paused", "version": "1"})

    assert late.status_code == 412
    assert "Somebody changed this since you read it." in late.text
    assert value_of(late.text, "title_en") == "Second"
    assert (stored(club).title_en, stored(club).state) == ("First", "active")


def test_a_rule_is_paused_archived_and_restored(club: Club, admin: Person) -> None:
    club.rule()
    state = f"{RULES}/club/base/state"

    admin.send(state, {"state": "archived", "version": "1"})
    listed, archive = admin.read(RULES), admin.read(f"{RULES}?programme=club&archived=1")
    admin.send(state, {"state": "paused", "version": "2"})
    odd = admin.send(state, {"state": "gone", "version": "3"})

    assert "No rule yet" in listed
    assert "Every purchase earns 1 point" in archive
    assert (stored(club).state, odd.status_code) == ("paused", 302)
    assert "It is active, paused or archived." in flashes(admin.read(RULES))
    assert "State: Active → Archived" in admin.read(f"{RULES}/club/base/history")


def test_the_history_says_in_words_what_a_rule_said_before(club: Club, admin: Person) -> None:
    club.rule()
    admin.send(EDIT, changed(fields(admin.read(EDIT)), reward_units="2"))

    history = admin.read(f"{RULES}/club/base/history")

    assert (
        "What it says: Every purchase earns 1 point for each £1 spent. → "
        "Every purchase earns 2 points for each £1 spent."
    ) in history
    assert "subject_id=club.base" in history


def test_the_sentence_follows_what_is_typed(club: Club, admin: Person) -> None:
    club.rule()
    path, sent = f"{RULES}/club/sentence", fields(admin.read(EDIT))

    says = admin.send(path, changed(sent, reward_units="3", since="2026-03-01"))
    lacks = admin.send(path, changed(sent, reward_units=""))
    new = admin.send(path, fields(admin.read(f"{NEW}?kind=birthday")))

    assert "Every purchase earns 3 points for each £1 spent. Only from 1 Mar 2026 on." in says.text
    assert "It stands here once nothing is missing or wrong." in lacks.text
    assert "Each birthday earns 50 points." in new.text
    assert stored(club).version == 1


def test_a_condition_on_what_one_may_not_see_is_neither_offered_nor_lost(
    club: Club, somebody: Somebody, factories: Factories
) -> None:
    hidden = {"key": "loyalty.balance", "op": "at_least", "value": "5"}
    club.rule(conditions={"attributes": [hidden]})
    allow(factories, "staff", "loyalty.view", "loyalty.manage")
    manager = somebody("staff")
    seen = manager.read(EDIT)

    assert 'value="loyalty.balance"' in seen
    manager.send(EDIT, changed(fields(seen), priority="3"))
    assert stored(club).definition["conditions"]["attributes"] == [hidden]


def test_a_campaign_is_made_and_changed(club: Club, admin: Person) -> None:
    sent = changed(
        fields(admin.read(f"{CAMPAIGN}/new")),
        title_zh="春季", key="spring", starts_at="2026-07-01T00:00", ends_at="2026-08-01T12:30",
        budget="5,000", held_back="12.5",
    )  # fmt: skip

    made = admin.send(f"{CAMPAIGN}/new", sent)
    path = f"{CAMPAIGN}/spring/edit"
    again = admin.send(path, changed(fields(admin.read(path)), budget=""))

    one = campaign(club)
    assert (made.status_code, again.status_code) == (302, 302)
    assert (one.title_en, one.budget, one.held_back) == ("春季", None, 1250)
    assert one.starts_at == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert one.ends_at == datetime(2026, 8, 1, 11, 30, tzinfo=UTC)


def test_a_campaign_that_cannot_be_is_refused_at_its_field(club: Club, admin: Person) -> None:
    club.campaign()
    path = f"{CAMPAIGN}/spring/edit"
    sent = changed(fields(admin.read(path)), starts_at="2026-07-01T00:00", title_en="Mine")
    wrong = [
        ("starts_at", "soon"), ("ends_at", "2026-06-01T00:00"), ("budget", "0"), ("budget", "x"),
        ("held_back", "100"), ("held_back", "0.001"), ("held_back", "all"), ("title_zh", "a\0"),
    ]  # fmt: skip

    for name, typed in wrong:
        answer = admin.send(path, changed(sent, **{name: typed}))
        assert (name, typed, answer.status_code) == (name, typed, 422)
        assert f'href="#field-{name}"' in answer.text
        assert value_of(answer.text, "title_en") == "Mine"

    assert campaign(club).version == 1


def test_a_campaign_that_gave_keeps_its_control_group_and_stale_forms_change_nothing(
    club: Club, admin: Person
) -> None:
    club.campaign(budget=100)
    club.rule(campaign="spring")
    path = f"{CAMPAIGN}/spring/edit"
    sent = fields(admin.read(path))
    club.buy(club.person(), "60")
    club.read()

    other, small = (
        admin.send(path, changed(sent, held_back="5")), admin.send(path, changed(sent, budget="59"))
    )  # fmt: skip
    admin.send(path, changed(sent, budget="60"))
    late = admin.send(path, changed(sent, budget="90"))
    admin.send(f"{CAMPAIGN}/spring/state", {"state": "archived", "version": "2"})

    assert (other.status_code, small.status_code, late.status_code) == (422, 422, 412)
    assert (campaign(club).budget, campaign(club).state) == (60, "archived")
    assert "Budget: 100 → 60" in admin.read(f"{CAMPAIGN}/spring/history")


def test_who_may_only_look_changes_nothing(
    club: Club, somebody: Somebody, factories: Factories
) -> None:
    club.rule()
    club.campaign()
    allow(factories, "staff", "loyalty.view")
    staff = somebody("staff")

    page = staff.read(RULES)

    assert "/edit" not in page
    for path in (NEW, EDIT, f"{CAMPAIGN}/new", f"{CAMPAIGN}/spring/edit"):
        assert (staff.get(path).status_code, staff.send(path).status_code) == (403, 403)
    for path in (f"{RULES}/club/base/state", f"{CAMPAIGN}/spring/state"):
        assert staff.send(path, {"state": "paused", "version": "1"}).status_code == 403
    assert somebody("admin").get(f"{RULES}/none/new").status_code == 404
