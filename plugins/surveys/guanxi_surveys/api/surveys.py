"""Surveys: list, make, change, publish, open and close, put away; versions, kits, files."""

from collections.abc import Callable
from typing import Any, Final

from flask import Response
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, current, web
from guanxi_surveys.api.blueprint import MANAGE, VIEW, api
from guanxi_surveys.kits import KITS, find_kit
from guanxi_surveys.life import changing, opening, publishing
from guanxi_surveys.life.comparing import changes_between
from guanxi_surveys.life.drafts import checked_definition, checked_measures
from guanxi_surveys.life.finding import find_survey, find_version, list_surveys, list_versions
from guanxi_surveys.life.importing import import_survey
from guanxi_surveys.life.linting import problems_of
from guanxi_surveys.life.making import SurveyDraft, copy_survey, free_key, make_from_kit
from guanxi_surveys.life.making import make_survey as make
from guanxi_surveys.life.publishing import as_told
from guanxi_surveys.life.writing import in_order
from guanxi_surveys.models import Survey
from guanxi_surveys.schemas.surveys import (
    SurveyChangesSchema,
    SurveyDraftSchema,
    SurveyImportedSchema,
    SurveyImportSchema,
    SurveyKitsSchema,
    SurveyKitWholeSchema,
    SurveyLinkSchema,
    SurveyLintSchema,
    SurveyListSchema,
    SurveyNumberSchema,
    SurveyPatchSchema,
    SurveyProblemsSchema,
    SurveyPublishSchema,
    SurveysSchema,
    SurveyVersionsSchema,
    SurveyVersionWholeSchema,
    SurveyWholeSchema,
    shown_change,
    shown_kit,
    shown_survey,
    shown_surveys,
    shown_version,
)
from guanxi_surveys.sight import sees_all
from guanxi_surveys.texts import N_

_LATER: Final = ("measures", "options", "identity")
"""What is set once a survey is made, whatever it is made of."""


@api.get("/", permission=VIEW)
@api.arguments(SurveyListSchema(), location="query")
@api.response(200, SurveysSchema)
def list_all(query: dict[str, Any]) -> Response:
    """The surveys, the latest made first, without their drafts."""
    session = current.session()
    found = list_surveys(session, archived=query["state"] == "archived")
    shown = shown_surveys(session, found, everybody=sees_all())
    return web.answer({"items": shown})


@api.post("/", permission=MANAGE, versioned=True)
@api.arguments(SurveyDraftSchema())
@api.response(201, SurveyWholeSchema)
def make_survey(values: dict[str, Any]) -> Response:
    """Make a survey: empty, of a kit, as a copy of another, or with a questionnaire."""
    session, now = current.tx(), current.now()
    key, title = values.get("key"), values.get("title")
    sources = [name for name in ("kit", "copy_of", "definition") if name in values]
    if len(sources) > 1:
        raise Invalid(N_("Name one of kit, copy_of and definition."), fields={sources[1]: []})
    if "kit" in values:
        survey = make_from_kit(session, values["kit"], key=key, title=title, now=now)
    elif "copy_of" in values:
        survey = copy_survey(session, values["copy_of"], key=key, title=title, now=now)
    else:
        draft = SurveyDraft(
            key or free_key(session, "survey"), title or "", values.get("definition")
        )
        survey = make(session, draft, now=now)
    changes: dict[str, Any] = {name: values[name] for name in _LATER if name in values}
    if changes:
        survey = changing.change_survey(session, survey.key, changes, now=now)
    return _answer(session, survey, 201)


@api.get("/kits", permission=VIEW)
@api.response(200, SurveyKitsSchema)
def list_kits() -> Response:
    """The ready kits."""
    return web.answer({"items": [shown_kit(one) for one in KITS]})


@api.get("/kits/<kit>", permission=VIEW)
@api.response(200, SurveyKitWholeSchema)
def show_kit(kit: str) -> Response:
    """One kit with its questionnaire."""
    return web.answer(shown_kit(find_kit(kit), whole=True))


@api.post("/import", permission=MANAGE, versioned=True)
@api.arguments(SurveyImportSchema())
@api.response(201, SurveyImportedSchema)
def import_file(values: dict[str, Any]) -> Response:
    """Make a survey of a SurveyJS file; says what of it is not supported."""
    session = current.tx()
    found = import_survey(
        session,
        values["definition"],
        key=values.get("key"),
        title=values.get("title"),
        now=current.now(),
    )
    shown = {
        "survey": shown_survey(session, found.survey, everybody=sees_all()),
        "problems": [as_told(one) for one in found.problems],
    }
    return web.answer(shown, 201, version=found.survey.version)


@api.post("/lint", permission=VIEW)
@api.arguments(SurveyLintSchema())
@api.response(200, SurveyProblemsSchema)
def lint(values: dict[str, Any]) -> Response:
    """What the linter finds in a questionnaire; nothing is stored."""
    definition = checked_definition(values["definition"])
    found = problems_of(definition, checked_measures(values["measures"]))
    return web.answer({"items": [as_told(one) for one in found]})


@api.get("/<key>", permission=VIEW, versioned=True)
@api.response(200, SurveyWholeSchema)
def show_survey(key: str) -> Response:
    """One survey with its draft; ``key`` may be its id."""
    session = current.session()
    return _answer(session, find_survey(session, key))


@api.patch("/<key>", permission=MANAGE, versioned=True)
@api.arguments(SurveyPatchSchema())
@api.response(200, SurveyWholeSchema)
def change_survey(values: dict[str, Any], key: str) -> Response:
    """Change a survey; with If-Match only if nobody was faster."""
    session = current.tx()
    survey = changing.change_survey(
        session, key, values, expected_version=web.expected_version(), now=current.now()
    )
    return _answer(session, survey)


@api.post("/<key>/publish", permission=MANAGE, versioned=True)
@api.arguments(SurveyPublishSchema())
@api.response(200, SurveyWholeSchema)
def publish(values: dict[str, Any], key: str) -> Response:
    """Publish the draft as the next version, which never changes."""
    session = current.tx()
    survey = find_survey(session, key)
    publishing.publish(
        session,
        survey,
        corrections=values["corrections"],
        expected_version=web.expected_version(),
        now=current.now(),
    )
    return _answer(session, survey)


@api.post("/<key>/close", permission=MANAGE, versioned=True)
@api.response(200, SurveyWholeSchema)
def close_survey(key: str) -> Response:
    """Take no more answers."""
    return _turn(opening.close_survey, key)


@api.post("/<key>/open", permission=MANAGE, versioned=True)
@api.response(200, SurveyWholeSchema)
def open_survey(key: str) -> Response:
    """Take answers again."""
    return _turn(opening.open_survey, key)


@api.post("/<key>/archive", permission=MANAGE, versioned=True)
@api.response(200, SurveyWholeSchema)
def archive_survey(key: str) -> Response:
    """Put a survey away; nothing is deleted."""
    return _turn(opening.archive_survey, key)


@api.post("/<key>/restore", permission=MANAGE, versioned=True)
@api.response(200, SurveyWholeSchema)
def restore_survey(key: str) -> Response:
    """Take a survey out of the archive."""
    return _turn(opening.restore_survey, key)


@api.post("/<key>/public-link", permission=MANAGE, versioned=True)
@api.arguments(SurveyLinkSchema())
@api.response(200, SurveyWholeSchema)
def set_public_link(values: dict[str, Any], key: str) -> Response:
    """Make a new public link, or take it away; one that was given out before opens nothing."""
    session = current.tx()
    survey = changing.set_public_link(
        session,
        key,
        on=values["on"],
        expected_version=web.expected_version(),
        now=current.now(),
    )
    return _answer(session, survey)


@api.get("/<key>/problems", permission=VIEW)
@api.response(200, SurveyProblemsSchema)
def list_problems(key: str) -> Response:
    """What the linter finds in the draft."""
    survey = find_survey(current.session(), key)
    found = problems_of(survey.definition, survey.measures)
    return web.answer({"items": [as_told(one) for one in found]})


@api.get("/<key>/definition", permission=VIEW)
@api.arguments(SurveyNumberSchema(), location="query")
@api.response(200)
def export_definition(query: dict[str, Any], key: str) -> Response:
    """The questionnaire as a SurveyJS file: the draft, or a version by its number."""
    session = current.session()
    survey = find_survey(session, key)
    number = query.get("number")
    source = find_version(session, survey, number) if number else survey
    return web.answer(in_order(source.definition))


@api.get("/<key>/versions", permission=VIEW)
@api.response(200, SurveyVersionsSchema)
def list_survey_versions(key: str) -> Response:
    """What was published, the latest first."""
    session = current.session()
    survey = find_survey(session, key)
    return web.answer({"items": [shown_version(one) for one in list_versions(session, survey)]})


@api.get("/<key>/versions/<int:number>", permission=VIEW)
@api.response(200, SurveyVersionWholeSchema)
def show_version(key: str, number: int) -> Response:
    """One version with its questionnaire."""
    session = current.session()
    version = find_version(session, find_survey(session, key), number)
    return web.answer(shown_version(version, whole=True))


@api.get("/<key>/versions/<int:number>/changes", permission=VIEW)
@api.arguments(SurveyNumberSchema(), location="query")
@api.response(200, SurveyChangesSchema)
def list_changes(query: dict[str, Any], key: str, number: int) -> Response:
    """What is different since a version: in the draft, or in the version ``?number``."""
    session = current.session()
    survey = find_survey(session, key)
    old = find_version(session, survey, number)
    other = query.get("number")
    new = find_version(session, survey, other) if other else survey
    found = changes_between(old.definition, new.definition)
    return web.answer({"items": [shown_change(one) for one in found]})


def _turn(act: Callable[..., Survey], key: str) -> Response:
    session = current.tx()
    found = act(session, key, expected_version=web.expected_version(), now=current.now())
    return _answer(session, found)


def _answer(session: Session, survey: Survey, status: int = 200) -> Response:
    shown = shown_survey(session, survey, everybody=sees_all())
    return web.answer(shown, status, version=survey.version)
