"""The list of surveys, one survey at a glance, and its versions."""

from typing import Any

from flask import current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from guanxi.sdk import current
from guanxi_surveys.life.comparing import changes_between
from guanxi_surveys.life.finding import (
    answers_of,
    find_survey,
    find_version,
    list_surveys,
    list_versions,
    version_now,
)
from guanxi_surveys.life.linting import problems_of
from guanxi_surveys.life.opening import SurveyClosed, check_open
from guanxi_surveys.life.publishing import has_news
from guanxi_surveys.models import Survey
from guanxi_surveys.pages.blueprint import VIEW, pages
from guanxi_surveys.pages.surveys_words import (
    TONES,
    change_words,
    identity_words,
    outline,
    problems_in_words,
    state_words,
    survey_tabs,
    text_of,
    title_of,
)
from guanxi_surveys.sight import sees_all
from guanxi_surveys.texts import _


@pages.get("/", permission=VIEW)
def index() -> str:
    """All surveys, with their state and how many have answered."""
    session = current.session()
    archived = request.args.get("state") == "archived"
    found = list_surveys(session, archived=archived)
    counted = answers_of(session, found) if sees_all() else {}
    return render_template(
        "surveys/surveys.html",
        surveys=[_row(one, counted.get(one.id)) for one in found],
        archived=archived,
        any_archived=archived or bool(list_surveys(session, archived=True)),
        sees_all=sees_all(),
    )


@pages.get("/<key>", permission=VIEW)
def show_survey(key: str) -> str:
    """One survey: where it is in its life, what to do next, and what it asks."""
    session = current.session()
    survey = find_survey(session, key)
    problems = problems_of(survey.definition, survey.measures)
    begun, finished = answers_of(session, [survey])[survey.id] if sees_all() else (None, None)
    return render_template(
        "surveys/survey.html",
        **around(survey, "show_survey"),
        problems=problems_in_words(problems),
        blocked=any(one.severity == "error" for one in problems),
        news=has_news(session, survey),
        version=version_now(session, survey) if survey.current_number else None,
        closed=_why_closed(session, survey),
        begun=begun,
        finished=finished,
        links=links_of(survey),
        outline=outline(survey.definition, survey.measures),
        identity=identity_words()[survey.identity],
    )


@pages.get("/<key>/versions", permission=VIEW)
def survey_versions(key: str) -> str:
    """What was published, and what changed between two: ``one`` and ``other`` (0: the draft)."""
    session = current.session()
    survey = find_survey(session, key)
    versions = list_versions(session, survey)
    other = _number("other", 0)
    one = _number("one", survey.current_number or 0)
    return render_template(
        "surveys/versions.html",
        **around(survey, "survey_versions"),
        versions=versions,
        pair=(one, other),
        choices=[(str(each.number), _("Version %(n)s", n=each.number)) for each in versions],
        changes=_changes(session, survey, one, other) if versions else [],
    )


def around(survey: Survey, active: str) -> dict[str, Any]:
    """Return what stands at the head of each page of a survey."""
    return {
        "survey": survey,
        "title": title_of(survey),
        "tabs": survey_tabs(survey, active),
        "state": state_words()[survey.state],
        "tone": TONES[survey.state],
    }


def links_of(survey: Survey) -> dict[str, str | None]:
    """Return the addresses by which a survey is answered: the public one, and that of trials."""
    there = current_app.view_functions
    public = trial = None
    if survey.public_key and "surveys.public" in there:
        public = url_for("surveys.public", public_key=survey.public_key, _external=True)
    if survey.current_number and "surveys.try_out" in there:
        trial = url_for("surveys.try_out", survey_id=survey.id)
    return {"public": public, "trial": trial}


def _row(survey: Survey, counted: tuple[int, int] | None) -> dict[str, Any]:
    begun, finished = counted or (None, None)
    return {
        "key": survey.key,
        "title": title_of(survey),
        "state": state_words()[survey.state],
        "tone": TONES[survey.state],
        "identity": identity_words()[survey.identity],
        "number": survey.current_number,
        "finished": finished,
        "share": finished / begun if begun and finished is not None else None,
        "changed_at": survey.changed_at,
        "changed_by": survey.changed_by,
    }


def _why_closed(session: Session, survey: Survey) -> str | None:
    """Return why an open survey takes no answers all the same."""
    if survey.state != "open":
        return None
    try:
        check_open(session, survey, now=current.now())
    except SurveyClosed as reason:
        return _(reason.message)
    return None


def _changes(session: Session, survey: Survey, one: int, other: int) -> list[dict[str, Any]]:
    old = find_version(session, survey, one).definition
    new = find_version(session, survey, other).definition if other else survey.definition
    words = change_words()
    return [
        {
            "kind": words[each.kind][0],
            "tone": words[each.kind][1],
            "name": each.name if each.name[:1] != "(" else "",
            "title": text_of(each.title)
            or (_("The questionnaire") if each.name[:1] == "(" else ""),
            "parts": ", ".join(each.parts),
        }
        for each in changes_between(old, new)
    ]


def _number(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else usual
