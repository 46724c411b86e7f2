"""Results on pages, through the API, as files and at a terminal: the same figures everywhere."""

import io
import random
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from plugins.surveys.tests.figures.conftest import Answering, made_up

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_surveys.figures.counting import count_some
from guanxi_surveys.models import Survey

Writing = Callable[..., Any]


@pytest.fixture
def site(surveys: Platform) -> Flask:
    """The application, with surveys enabled."""
    return create_app(surveys)


@pytest.fixture
def admin(site: Flask, surveys: Platform, factories: Factories) -> Person:
    """The admin at a browser."""
    return Person(site, surveys.database, factories.user("admin"))


@pytest.fixture
def answered(writing: Writing, answer: Answering) -> None:
    """Forty answers, counted; all of gold and silver."""
    draw = random.Random(8)
    with writing() as session:
        for place in range(40):
            tier = "gold" if place % 2 else "silver"
            answer(session, made_up(draw), attributes={"tier": tier}, days_ago=place % 20)
        count_some(session)


@pytest.mark.usefixtures("answered")
def test_a_page_shows_scores_questions_and_groups(admin: Person) -> None:
    page = admin.get("/surveys/visit/results").text

    assert "Would you recommend us?" in page
    assert "NPS" in page
    assert "silver" in page
    assert "Week by week" in page


@pytest.mark.usefixtures("answered")
def test_all_surveys_side_by_side(admin: Person) -> None:
    page = admin.get("/surveys/results?weeks=52").text

    assert "/surveys/visit/results" in page
    assert ">40<" in page.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("weeks", ["4", "all", "0", "-1", "abc", "99999999999999999999"])
@pytest.mark.usefixtures("answered")
def test_any_period_that_is_asked_for_is_answered(admin: Person, weeks: str) -> None:
    assert admin.get(f"/surveys/visit/results?weeks={weeks}&by=nothing").status_code == 200


@pytest.mark.usefixtures("answered")
def test_a_question_is_laid_beside_groups(admin: Person) -> None:
    page = admin.get("/surveys/visit/results?weeks=all&by=tier&question=again").text
    row = admin.get("/surveys/visit/results?weeks=all&by=tier&question=parts%1Ffood").text
    none = admin.get("/surveys/visit/results?weeks=all&by=tier&question=nothing").text

    told = "Of each group the share that answered so"
    assert (told in page, told in row, told in none) == (True, True, False)
    assert "chi-square test" in page


def test_old_answers_are_shown_where_the_usual_weeks_have_none(
    writing: Writing, answer: Answering, admin: Person
) -> None:
    with writing() as session:
        answer(session, {"recommend": 9}, days_ago=400)
        count_some(session)

    empty = "No answers in these weeks"
    assert empty not in admin.get("/surveys/visit/results").text
    assert empty in admin.get("/surveys/visit/results?weeks=13").text
    assert "+100" in admin.get("/surveys/visit/wall").text
    assert "+100" in admin.get("/surveys/results").text
    assert "+100" not in admin.get("/surveys/results?weeks=13").text
    assert "100.0" in admin.get("/surveys/visit/results/weeks.csv").text
    assert "100.0" not in admin.get("/surveys/visit/results/weeks.csv?weeks=13").text


@pytest.mark.usefixtures("asked")
def test_before_the_first_answer_it_says_so(admin: Person) -> None:
    assert "No answers in these weeks" in admin.get("/surveys/visit/results").text


@pytest.mark.usefixtures("answered")
def test_the_wall_shows_the_scores(admin: Person) -> None:
    page = admin.get("/surveys/visit/wall").text

    assert 'http-equiv="refresh"' in page
    assert "NPS" in page


@pytest.mark.usefixtures("answered")
def test_files_hold_the_figures(admin: Person) -> None:
    for what in ("weeks", "questions", "groups", "words"):
        table = admin.get(f"/surveys/visit/results/{what}.csv?weeks=all")
        book = admin.get(f"/surveys/visit/results/{what}.xlsx?weeks=all")
        assert (table.status_code, book.status_code) == (200, 200)
        assert zipfile.is_zipfile(io.BytesIO(book.data))
    questions = admin.get("/surveys/visit/results/questions.csv?weeks=all").text
    assert "Would you recommend us?" in questions


@pytest.mark.usefixtures("answered")
def test_the_pdf_is_the_same_whenever_it_is_made(admin: Person) -> None:
    made = [admin.get("/surveys/visit/results/report.pdf?weeks=all").data for _ in range(2)]

    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("file", ["nothing.csv", "weeks.exe", "report.csv", "weeks.pdf"])
def test_there_are_no_other_files(admin: Person, file: str) -> None:
    assert admin.get(f"/surveys/visit/results/{file}").status_code == 404


@pytest.mark.usefixtures("answered")
def test_programs_get_the_same(
    site: Flask, factories: Factories, guanxi: Callable[..., str]
) -> None:
    client = ApiClient(site, factories.token("admin"))

    told = client.get("/surveys/visit/results?by=tier").json

    assert told["answers"] == 40
    assert {one["label"] for one in told["groups"]} == {"gold", "silver"}
    assert sum(one["answers"] for one in told["weeks"]) == 40
    assert told["nps"]["low"] <= told["nps"]["value"] <= told["nps"]["high"]
    at_a_terminal = guanxi("results", "visit")
    assert at_a_terminal.startswith("40 answers\nNPS")
    assert client.get("/surveys/visit/results?weeks=5").status_code == 422
    assert client.get("/surveys/nothing/results").status_code == 404


@pytest.mark.usefixtures("answered")
def test_counting_anew_changes_nothing(guanxi: Callable[..., str]) -> None:
    before = guanxi("results", "visit", "--json")

    assert guanxi("recount", "visit") == "40 answers counted.\n"
    assert guanxi("results", "visit", "--json") == before


@pytest.mark.usefixtures("answered")
def test_who_does_not_see_every_customer_sees_no_figures_of_all(
    site: Flask, surveys: Platform, factories: Factories
) -> None:
    allow(factories, "staff", "surveys.view", "surveys.results")
    person = Person(site, surveys.database, factories.user("staff"))

    assert "Would you recommend us?" not in person.get("/surveys/visit/results").text
    assert person.get("/surveys/visit/results/questions.csv").status_code == 404


def test_an_anonymous_survey_shows_nothing_below_five_answers(
    writing: Writing, asked: UUID, answer: Answering, admin: Person
) -> None:
    with writing() as session:
        session.get_one(Survey, asked).identity = "anonymous"
        for score in (1, 2, 3, 4):
            answer(session, {"recommend": score})
        count_some(session)
    few = admin.get("/surveys/visit/results?weeks=4").text
    with writing() as session:
        answer(session, {"recommend": 5})
        count_some(session)
    enough = admin.get("/surveys/visit/results?weeks=4").text

    assert "Too few answers yet" in few
    assert "Would you recommend us?" not in few
    assert admin.get("/surveys/visit/results/questions.csv").status_code == 200
    assert "Would you recommend us?" in enough
