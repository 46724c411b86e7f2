"""The pages of surveys: made from a kit, published, opened and closed, changed, brought in."""

import io
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from guanxi.testkit.people import Person, flashes
from guanxi_surveys.answering.beginning import note_first
from guanxi_surveys.answering.definitions import by_key
from guanxi_surveys.kits import KITS
from guanxi_surveys.life.finding import find_survey
from guanxi_surveys.life.making import make_from_kit
from guanxi_surveys.life.publishing import publish
from guanxi_surveys.models import Survey

Writing = Callable[..., AbstractContextManager[Session]]
BASE = "/surveys"


@pytest.fixture
def survey(writing: Writing, now: datetime) -> str:
    """The key of a published survey."""
    with writing() as session:
        publish(session, make_from_kit(session, "nps", now=now), now=now)
        return "nps"


@pytest.fixture
def stored(writing: Writing) -> Callable[[str], dict[str, Any]]:
    """Return a function that reads a survey."""

    def read(key: str) -> dict[str, Any]:
        with writing() as session:
            found = find_survey(session, key)
            return {one.key: getattr(found, one.key) for one in Survey.__table__.columns}

    return read


def version_in(page: str) -> str:
    """Return the version that a form on a page shows."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_an_empty_list_says_what_to_do(admin: Person) -> None:
    page = admin.read(f"{BASE}/")

    assert "No surveys yet" in page
    assert f'href="{BASE}/new"' in page


def test_a_survey_is_made_from_each_kit_and_published(admin: Person) -> None:
    assert all(f"{BASE}/new/{kit.key}" in admin.read(f"{BASE}/new") for kit in KITS[:1])
    for kit in KITS:
        preview = admin.read(f"{BASE}/new/{kit.key}")
        assert kit.title["en"] in preview
        made = admin.send(f"{BASE}/new/{kit.key}", {"key": kit.key, "title": kit.title["en"]})
        assert made.status_code == 302
        page = admin.read(f"{BASE}/{kit.key}")
        assert "This is a draft" in page
        admin.send(f"{BASE}/{kit.key}/publish", {"version": version_in(page)})
        assert "Version 1 is published." in flashes(admin.read(f"{BASE}/{kit.key}"))


def test_a_key_that_is_taken_is_said_beside_the_form(admin: Person, survey: str) -> None:
    answer = admin.send(f"{BASE}/new/nps", {"key": survey, "title": "Again"})

    assert answer.status_code == 409
    assert "already" in answer.get_data(as_text=True)
    assert 'value="Again"' in answer.get_data(as_text=True)


def test_an_empty_survey_may_be_anonymous(
    admin: Person, stored: Callable[[str], dict[str, Any]]
) -> None:
    form = {"key": "blank", "title": "Blank", "identity": "anonymous"}

    assert admin.send(f"{BASE}/new/empty", form).status_code == 302

    assert stored("blank")["identity"] == "anonymous"
    assert "Nothing is asked here yet" in admin.read(f"{BASE}/blank")


def test_a_survey_is_closed_opened_put_away_and_restored(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    for act, state in (("close", "closed"), ("open", "open"), ("archive", "archived"),
                       ("restore", "closed")):  # fmt: skip
        admin.send(f"{BASE}/{survey}/{act}", {"version": str(stored(survey)["version"])})
        assert stored(survey)["state"] == state


def test_who_saw_an_older_version_is_told_and_nothing_happens(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    admin.send(f"{BASE}/{survey}/close", {"version": "1"})

    assert "Somebody changed this survey" in str(flashes(admin.read(f"{BASE}/{survey}")))
    assert stored(survey)["state"] == "open"


def test_a_public_link_is_made_shown_and_taken_away(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    admin.send(f"{BASE}/{survey}/link", {"version": "2", "on": "1"})
    key = stored(survey)["public_key"]
    assert key
    assert f"/p/{key}" in admin.read(f"{BASE}/{survey}")

    admin.send(f"{BASE}/{survey}/link", {"version": "3"})
    assert stored(survey)["public_key"] is None


def test_options_are_changed_in_a_form(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    page = admin.read(f"{BASE}/{survey}/options")
    form = {
        "version": version_in(page), "title_en": "Spring", "title_zh": "春季", "identity": "named",
        "closes_at": "2030-01-02T03:04", "answer_limit": "500", "colour": "#aa0000",
        "thanks_en": "Thanks", "thanks_zh": "谢谢", "progress": "percent", "resume_days": "7",
        "follow_up": "1", "follow_up_hours": "24", "gap_below": "-0.5", "languages": "en，zh-cn",
        "attributes": "customers.country", "reward_kind": "points", "reward_amount": "20",
        "reward_unit": "points", "valid_days": "",
    }  # fmt: skip

    assert admin.send(f"{BASE}/{survey}/options", form).status_code == 302

    found = stored(survey)
    assert found["title"] == {"en": "Spring", "zh-cn": "春季"}
    assert (found["answer_limit"], found["closes_at"].year) == (500, 2030)
    options = found["options"]
    assert options["reward"] == {"kind": "points", "amount": "20", "unit": "points"}
    assert options["theme"] == {"colour": "#aa0000", "logo": ""}
    assert options["thanks"] == {"en": "Thanks", "zh-cn": "谢谢"}
    assert options["languages"] == ["en", "zh-cn"]
    assert (options["gap_below"], options["valid_days"]) == (-0.5, None)
    assert (options["question_numbers"], options["follow_up"]) == (False, True)


def test_what_does_not_fit_is_said_at_its_field_and_kept(admin: Person, survey: str) -> None:
    page = admin.read(f"{BASE}/{survey}/options")
    form = {"version": version_in(page), "title_en": "Spring", "resume_days": "many",
            "follow_up_hours": "48", "progress": "pages", "colour": "#112233"}  # fmt: skip

    answer = admin.send(f"{BASE}/{survey}/options", form)

    assert answer.status_code == 422
    assert 'id="field-resume_days-error"' in answer.get_data(as_text=True)
    assert 'value="many"' in answer.get_data(as_text=True)


def test_identity_cannot_be_chosen_once_somebody_has_answered(
    admin: Person, survey: str, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        note_first(session, by_key(session, survey), now=now)

    page = admin.read(f"{BASE}/{survey}/options")

    select = re.search(r"<select[^>]*name=\"identity\"[^>]*>", page)
    assert select is not None
    assert "disabled" in select[0]


def test_the_draft_is_changed_as_text_and_compared(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    found = stored(survey)
    definition = {**found["definition"], "title": "Other"}
    form = {"version": str(found["version"]), "definition": json.dumps(definition),
            "measures": json.dumps(found["measures"])}  # fmt: skip

    assert admin.send(f"{BASE}/{survey}/json", form).status_code == 302

    assert stored(survey)["definition"] == definition
    assert "The draft has changed" in admin.read(f"{BASE}/{survey}")
    assert "The questionnaire" in admin.read(f"{BASE}/{survey}/versions?one=1&other=0")


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_text_that_is_no_questionnaire_is_refused_and_kept(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]], text: str
) -> None:
    before = stored(survey)
    form = {"version": str(before["version"]), "definition": text, "measures": "{}"}

    assert admin.send(f"{BASE}/{survey}/json", form).status_code == 422
    assert stored(survey) == before


def test_a_draft_with_errors_is_kept_but_not_published(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    twice = [{"type": "text", "name": "same"}, {"type": "text", "name": "same"}]
    definition = {"pages": [{"name": "one", "elements": twice}]}
    form = {"version": "2", "definition": json.dumps(definition), "measures": "{}"}
    admin.send(f"{BASE}/{survey}/json", form)

    page = admin.read(f"{BASE}/{survey}")
    assert "The draft cannot be published as it is." in page
    admin.send(f"{BASE}/{survey}/publish", {"version": "3"})

    assert "has errors" in str(flashes(admin.read(f"{BASE}/{survey}")))
    assert stored(survey)["current_number"] == 1


def test_a_file_is_downloaded_and_imported_again(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    file = admin.get(f"{BASE}/{survey}/file.json?number=1")
    assert file.headers["Content-Disposition"] == 'attachment; filename="nps-1.json"'

    form: Any = {"key": "again", "file": (io.BytesIO(file.data), "nps.json")}
    assert admin.send(f"{BASE}/import", form).status_code == 302

    assert stored("again")["definition"] == stored(survey)["definition"]


def test_an_import_without_a_file_says_so(admin: Person) -> None:
    answer = admin.send(f"{BASE}/import", {"key": "again"})

    assert answer.status_code == 422
    assert "Choose a file." in answer.get_data(as_text=True)


def test_a_copy_is_a_draft(
    admin: Person, survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    admin.send(f"{BASE}/{survey}/copy", {})

    assert stored("nps_2")["state"] == "draft"


def test_who_may_only_look_finds_no_buttons_and_is_refused(
    somebody: Callable[..., Person], survey: str, stored: Callable[[str], dict[str, Any]]
) -> None:
    staff = somebody("staff", "surveys.view", "customers.view")
    admin = somebody("admin").read(f"{BASE}/{survey}")
    assert f"{BASE}/{survey}/close" in admin
    assert f"{BASE}/{survey}/archive" in admin

    page = staff.read(f"{BASE}/{survey}")
    assert f"{BASE}/{survey}/close" not in page
    assert staff.send(f"{BASE}/{survey}/close", {"version": "2"}).status_code == 403
    assert staff.get(f"{BASE}/{survey}/options").status_code == 403
    assert stored(survey)["state"] == "open"


@pytest.mark.parametrize(
    "path", ["/", "/new", "/new/needs", "/new/empty", "/import", "/nps", "/nps/versions",
             "/nps/options", "/nps/json"]
)  # fmt: skip
def test_pages_are_there_in_chinese(admin: Person, survey: str, path: str) -> None:
    assert re.search("[一-鿿]", admin.speaks("zh").read(BASE + path))
