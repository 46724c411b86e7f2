"""Surveys through the API and on the command line: the same domain, the same refusals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from guanxi.errors import Invalid
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow

BASE = "/surveys"
TWINS = {
    "archive_survey": "archive",
    "change_survey": "change",
    "close_survey": "close",
    "export_definition": "export",
    "import_file": "import",
    "list_all": "list",
    "list_changes": "changes",
    "list_kits": "kits",
    "list_problems": "lint",
    "list_survey_versions": "show",
    "make_survey": "make",
    "open_survey": "open",
    "publish": "publish",
    "restore_survey": "restore",
    "set_public_link": "link",
    "show_kit": "kits",
    "show_survey": "show",
    "show_version": "export",
}
"""The command of each operation about surveys."""
Guanxi = Callable[..., str]


@pytest.fixture
def api(site: Flask, factories: Factories) -> ApiClient:
    """A program of the admin."""
    return ApiClient(site, factories.token("admin"))


def told(guanxi: Guanxi, *arguments: object) -> Any:
    """What a command says as JSON."""
    return json.loads(guanxi(*arguments, "--json"))


def asking(title: str) -> dict[str, Any]:
    """Return a questionnaire with one question."""
    question = {"type": "text", "name": "q", "title": title}
    return {"title": "Asked", "pages": [{"name": "one", "elements": [question]}]}


def test_every_operation_has_a_command_with_json(surveys: Platform, site: Flask) -> None:
    there = {one.name: one for one in surveys.host.commands("surveys")}
    operations = {one.removeprefix("api_surveys.") for one in site.view_functions
                  if one.startswith("api_surveys.")}  # fmt: skip

    assert TWINS.keys() <= operations
    assert set(TWINS.values()) <= there.keys()
    for name in TWINS.values():
        assert "as_json" in {one.name for one in there[name].params}


def test_a_survey_lives_its_whole_life_through_the_api(api: ApiClient) -> None:
    made = api.post(BASE + "/", {"key": "spring", "title": {"en": "Spring"}, "kit": "csat"})
    assert made.status_code == 201
    assert made.json["state"] == "draft"
    assert made.headers["ETag"] == '"1"'

    published = api.post(f"{BASE}/spring/publish", {}).json
    assert (published["state"], published["current_number"]) == ("open", 1)
    linked = api.post(f"{BASE}/spring/public-link", {"on": True}).json
    assert linked["public_key"]
    assert api.post(f"{BASE}/spring/close", {}).json["state"] == "closed"
    assert api.post(f"{BASE}/spring/open", {}).json["state"] == "open"
    assert api.post(f"{BASE}/spring/archive", {}).json["state"] == "archived"
    assert api.get(BASE + "/").json["items"] == []
    (away,) = api.get(f"{BASE}/?state=archived").json["items"]
    assert (away["key"], away["answers"], away["finished"]) == ("spring", 0, 0)
    assert api.post(f"{BASE}/spring/restore", {}).json["state"] == "closed"


def test_who_read_an_older_version_changes_nothing(api: ApiClient) -> None:
    api.post(BASE + "/", {"key": "spring", "title": "Spring"})
    old = {"If_Match": '"1"'}
    assert api.patch(f"{BASE}/spring", {"title": "One"}, **old).status_code == 200

    refused = api.patch(f"{BASE}/spring", {"title": "Two"}, **old)

    assert refused.status_code == 412
    assert api.get(f"{BASE}/spring").json["title"] == {"en": "One"}


def test_versions_and_what_changed_between_them_are_told(api: ApiClient) -> None:
    api.post(BASE + "/", {"key": "spring", "title": "Spring", "definition": asking("First")})
    api.post(f"{BASE}/spring/publish", {})
    api.patch(f"{BASE}/spring", {"definition": asking("Second")})
    api.post(f"{BASE}/spring/publish", {})

    versions = api.get(f"{BASE}/spring/versions").json["items"]
    assert [one["number"] for one in versions] == [2, 1]
    assert api.get(f"{BASE}/spring/versions/1").json["definition"] == asking("First")
    assert api.get(f"{BASE}/spring/definition?number=2").json == asking("Second")
    changes = api.get(f"{BASE}/spring/versions/1/changes?number=2").json["items"]
    assert [(one["kind"], one["name"], one["parts"]) for one in changes] == [
        ("changed", "q", ["title"])
    ]
    assert api.get(f"{BASE}/spring/versions/9").status_code == 404


def test_a_file_is_imported_and_comes_out_as_it_went_in(api: ApiClient) -> None:
    done = api.post(f"{BASE}/import", {"definition": asking("Hello"), "key": "mine"})

    assert done.status_code == 201
    assert done.json["survey"]["title"] == {"en": "Asked"}
    assert done.json["problems"] == []
    assert api.get(f"{BASE}/mine/definition").json == asking("Hello")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/", {"title": ""}, 422),
        ("/", {"key": "kits", "title": "Kits"}, 422),
        ("/", {"key": "a", "title": 7}, 422),
        ("/", {"key": "a", "kit": "nps", "copy_of": "b"}, 422),
        ("/", {"key": "a", "kit": "nothing"}, 404),
        ("/", {"key": "a", "copy_of": "nothing"}, 404),
        ("/", {"key": "a", "title": "A", "identity": "secret"}, 422),
        ("/", {"key": "a", "title": "A", "options": {"resume_days": -1}}, 422),
        ("/import", {"definition": "text"}, 422),
        ("/nothing/publish", {}, 404),
        ("/nothing/public-link", {"on": "yes"}, 422),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_made(
    api: ApiClient, path: str, body: dict[str, Any], status: int
) -> None:
    assert api.post(BASE + path, body).status_code == status
    assert api.get(BASE + "/").json["items"] == []


def test_who_may_only_look_makes_nothing(site: Flask, factories: Factories) -> None:
    allow(factories, "staff", "surveys.view", "customers.view")
    staff = ApiClient(site, factories.token("staff"))

    assert staff.post(BASE + "/", {"key": "a", "title": "A"}).status_code == 403
    assert staff.get(BASE + "/").json["items"] == []
    assert len(staff.get(f"{BASE}/kits").json["items"]) == 10


def test_a_survey_lives_its_whole_life_on_the_command_line(guanxi: Guanxi) -> None:
    assert told(guanxi, "make", "spring", "--kit", "nps")["state"] == "draft"
    assert told(guanxi, "publish", "spring")["number"] == 1
    assert "spring" in guanxi("list")
    changed = told(guanxi, "change", "spring", "--option", "resume_days=7", "--title", "Mai")
    assert (changed["options"]["resume_days"], changed["title"]) == (7, {"en": "Mai"})
    assert len(told(guanxi, "link", "spring")["public_key"]) > 20
    assert told(guanxi, "link", "spring", "--off")["public_key"] is None
    assert told(guanxi, "close", "spring")["state"] == "closed"
    assert told(guanxi, "open", "spring")["state"] == "open"
    assert guanxi("archive", "spring") == "spring is in the archive.\n"
    assert told(guanxi, "list") == []
    assert [one["key"] for one in told(guanxi, "list", "--archived")] == ["spring"]
    assert told(guanxi, "restore", "spring")["state"] == "closed"
    assert [one["number"] for one in told(guanxi, "show", "spring")["versions"]] == [1]


def test_a_file_is_imported_exported_and_looked_at(guanxi: Guanxi, tmp_path: Path) -> None:
    file = tmp_path / "asked.json"
    file.write_text(json.dumps(asking("Hello")), encoding="utf-8")

    assert told(guanxi, "import", file, "--key", "mine") == {"key": "mine", "problems": []}
    guanxi("publish", "mine")
    file.write_text(json.dumps(asking("Good day")), encoding="utf-8")
    guanxi("import", file, "--into", "mine")

    assert told(guanxi, "export", "mine") == asking("Good day")
    assert told(guanxi, "export", "mine", "--number", 1) == asking("Hello")
    assert told(guanxi, "changes", "mine", 1)[0]["name"] == "q"
    assert guanxi("changes", "mine", 1) == "changed  q title\n"
    assert guanxi("lint", "mine") == "mine has no problems.\n"


def test_kits_are_listed_and_shown(guanxi: Guanxi) -> None:
    assert [one["key"] for one in told(guanxi, "kits")] == [
        "nps", "csat", "ces", "post_purchase", "post_service", "first_impression",
        "relationship", "needs", "employee_nps", "exit",
    ]  # fmt: skip
    assert told(guanxi, "kits", "nps")["measures"]["nps"]["scale"] == [0, 10]
    assert "CES 2.0" in guanxi("kits")


def test_a_command_that_does_not_fit_says_what_to_do(guanxi: Guanxi) -> None:
    guanxi("make", "spring", "--kit", "nps")

    for wrong in (
        ("change", "spring", "--option", "resume_days"),
        ("change", "spring", "--closes-at", "tomorrow"),
        ("change", "spring", "--answer-limit", "many"),
        ("make", "other", "--kit", "nps", "--copy-of", "spring"),
    ):
        with pytest.raises(Invalid):
            guanxi(*wrong)
