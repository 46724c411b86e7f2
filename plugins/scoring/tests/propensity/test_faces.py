"""Goals on the web, by the API and on the command line."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from plugins.scoring.tests.propensity.shop import DAY, Shop

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_scoring.life.finding import get_model

FORM = [
    ("question", "answer"),
    ("title_en", "Will pick up"),
    ("title_zh", "会接电话"),
    ("within_days", "7"),
    ("history_days", "400"),
    ("min_each", "2"),
    ("min_cases", "6"),
    ("refit_days", "30"),
    ("exposure-directions", "out"),
    ("success-directions", "in"),
    ("learner", "bayes"),
    ("as_of", "now"),
]


@pytest.fixture
def site(scoring: Platform) -> Flask:
    """The application, with scoring enabled."""
    return create_app(scoring)


@pytest.fixture
def somebody(site: Flask, scoring: Platform, factories: Factories) -> Callable[..., Person]:
    """``somebody("staff")``: a person with that role, signed in."""
    return lambda role="admin": Person(site, scoring.database, factories.user(role))


@pytest.fixture
def api(site: Flask, factories: Factories) -> ApiClient:
    """A program of the admin."""
    return ApiClient(site, factories.token("admin"))


@pytest.fixture
def called(shop: Shop) -> Shop:
    """A shop with a goal in force: Ann answers, Bo does not."""
    shop.ann, shop.bo = shop.person("Ann"), shop.person("Bo")
    end = shop.calls([(shop.ann, True), (shop.bo, False)] * 6)
    shop.goal()
    shop.deliver(end)
    shop.fit(end)
    return shop


def test_an_admin_makes_a_goal_with_controls_alone(
    somebody: Callable[..., Person], shop: Shop
) -> None:
    admin = somebody()

    answer = admin.send("/scoring/propensity/new", FORM)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/propensity/goals/propensity_will_pick_up")
    with shop.read() as session:
        options = get_model(session, "propensity_will_pick_up").options
    assert options["exposure"]["directions"] == ["out"]
    assert (options["within_days"], options["min_cases"]) == (7, 6)


def test_a_wrong_number_is_told_at_its_field(somebody: Callable[..., Person]) -> None:
    form = [*(pair for pair in FORM if pair[0] != "within_days"), ("within_days", "soon")]

    answer = somebody().send("/scoring/propensity/new", form)

    assert answer.status_code == 422
    assert 'id="field-within_days-error"' in answer.get_data(as_text=True)


def test_past_cases_are_counted_while_one_edits(
    somebody: Callable[..., Person], called: Shop
) -> None:
    page = somebody().send("/scoring/propensity/preview", FORM, htmx=True).get_data(as_text=True)

    assert re.findall(r'parts-text">(\d+)', page) == ["6", "6", "0"]
    assert "Enough to learn from." in page


def test_a_preview_says_when_there_are_too_few(
    somebody: Callable[..., Person], called: Shop
) -> None:
    form = [*(pair for pair in FORM if pair[0] != "min_cases"), ("min_cases", "19")]

    page = somebody().send("/scoring/propensity/preview", form, htmx=True).get_data(as_text=True)

    assert "Not enough yet: at least 2 of each result and 19 in all are needed." in page


def test_a_goal_shows_whom_to_approach_first_and_why(
    somebody: Callable[..., Person], called: Shop
) -> None:
    page = somebody().read("/scoring/propensity/goals/propensity_answer")

    names = re.findall(r'href="/customers/[0-9a-f-]{36}">([^<]+)</a>', page)
    assert names == ["Ann", "Bo"]
    assert "How it went the last time is success" in page


def test_the_list_and_the_forms_are_drawn_in_both_languages(
    somebody: Callable[..., Person], called: Shop
) -> None:
    admin = somebody()

    for language in ("en", "zh_Hans_CN"):
        admin.speaks(language)
        assert "propensity_answer" in admin.read("/scoring/propensity")
        assert 'id="goal-form"' in admin.read("/scoring/propensity/new?question=convert")
        edit = "/scoring/propensity/goals/propensity_answer/edit"
        assert 'id="goal-form"' in admin.read(edit)


def test_who_sees_some_customers_only_is_shown_these_and_no_figures(
    somebody: Callable[..., Person], called: Shop, factories: Factories
) -> None:
    allow(factories, "staff", "scoring.view")
    staff = somebody("staff")

    page = staff.read("/scoring/propensity/goals/propensity_answer")

    assert "Ann" not in page
    assert "Past cases" not in page
    assert "What went with success" not in page


def test_archiving_takes_the_scores_away_and_restoring_learns_again(
    somebody: Callable[..., Person], called: Shop
) -> None:
    admin = somebody()
    with called.read() as session:
        version = get_model(session, "propensity_answer").version

    admin.send("/scoring/propensity/goals/propensity_answer/archive", [("version", str(version))])

    assert called.p(called.ann) is None
    assert called.counts() == {}
    admin.send(
        "/scoring/propensity/goals/propensity_answer/restore", [("version", str(version + 1))]
    )
    called.rescore(called.now + DAY)
    assert called.total() == (6, 6)


def test_a_program_makes_tries_changes_and_reads_a_goal(api: ApiClient, called: Shop) -> None:
    options = {"question": "answer", "within_days": 7, "min_each": 2, "min_cases": 6}
    tried = api.post("/scoring/goal-preview", {"options": options}).get_json()
    made = api.post(
        "/scoring/goals", {"goal": "pick_up", "title_en": "Pick up", "options": options}
    )
    changed = api.patch(
        "/scoring/goals/propensity_pick_up", {"options": {"within_days": 5}}
    ).get_json()

    assert (tried["won"], tried["lost"], tried["is_enough"]) == (6, 6, True)
    assert made.status_code == 201
    assert changed["options"]["within_days"] == 5
    assert changed["options"]["min_cases"] == 6
    best = api.get("/scoring/goals/propensity_answer/customers?limit=1").get_json()
    assert [one["customer_id"] for one in best["items"]] == [str(called.ann)]
    following = api.get(
        f"/scoring/goals/propensity_answer/customers?cursor={best['next']}"
    ).get_json()
    assert [one["customer_id"] for one in following["items"]] == [str(called.bo)]


def test_a_goal_with_a_taken_key_or_an_unknown_attribute_is_refused(
    api: ApiClient, called: Shop
) -> None:
    taken = api.post("/scoring/goals", {"goal": "answer", "title_en": "Again"})
    unknown = api.post(
        "/scoring/goals",
        {"goal": "x", "title_en": "X", "options": {"attributes": ["customers.shoe_size"]}},
    )

    assert taken.status_code == 409
    assert unknown.status_code == 422
    assert "customers.shoe_size" in unknown.get_data(as_text=True)


def test_the_command_line_does_what_pages_do(guanxi: Callable[..., str], called: Shop) -> None:
    document = json.dumps(
        {"goal": "typed", "title_en": "Typed", "options": {"question": "answer", "within_days": 7}}
    )

    made = json.loads(guanxi("goal", "save", "-", "--json", given=document))
    tried = json.loads(guanxi("goal", "preview", "-", "--json", given=document))
    best = json.loads(guanxi("goal", "best", "answer", "--json"))
    put_away = json.loads(guanxi("goal", "archive", "typed", "--json"))
    listed = json.loads(guanxi("goal", "list", "--json"))

    assert made["key"] == "propensity_typed"
    assert (tried["won"], tried["lost"], tried["is_enough"]) == (6, 6, False)
    assert [one["name"] for one in best] == ["Ann", "Bo"]
    assert put_away == {"key": "propensity_typed", "state": "archived"}
    assert [one["key"] for one in listed] == ["propensity_answer"]
    assert "auto" in guanxi("goal", "learners")
    assert "Ann" in guanxi("goal", "best", "answer")
    assert "propensity_answer" in guanxi("goal", "show", "answer")
