"""The questionnaire as a SurveyJS file: download it, put another in its place, edit it as text."""

import json
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from guanxi.sdk import Conflict, Invalid, PreconditionFailed, current, web
from guanxi_surveys.life.changing import change_survey
from guanxi_surveys.life.drafts import MOST_BYTES, read_definition
from guanxi_surveys.life.finding import find_survey, find_version
from guanxi_surveys.life.importing import import_survey, replace_draft
from guanxi_surveys.life.linting import problems_of
from guanxi_surveys.life.writing import written
from guanxi_surveys.models import Survey
from guanxi_surveys.pages.blueprint import MANAGE, VIEW, pages
from guanxi_surveys.pages.surveys import around
from guanxi_surveys.pages.surveys_words import problems_in_words
from guanxi_surveys.texts import N_, _


@pages.get("/<key>/file.json", permission=VIEW)
def survey_file(key: str) -> Response:
    """The questionnaire as a file: the draft, or the version ``number``."""
    session = current.session()
    survey = find_survey(session, key)
    number = request.args.get("number", "")
    given = number.isascii() and number.isdecimal() and len(number) < 9
    source = find_version(session, survey, int(number)) if given else survey
    answer = Response(written(source.definition), mimetype="application/json")
    name = f"{survey.key}-{number}.json" if given else f"{survey.key}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.get("/<key>/json", permission=MANAGE)
def edit_questions(key: str) -> str:
    """The draft as text, with what is wrong in it."""
    survey = find_survey(current.session(), key)
    return _draw(survey, _stored(survey), {})


@pages.post("/<key>/json", permission=MANAGE)
def change_questions(key: str) -> AnyResponse | tuple[str, int]:
    """Put the text in the place of the draft, unless somebody changed it meanwhile."""
    session, form = current.tx(), request.form
    try:
        changes = {
            "definition": read_definition(form.get("definition", "")),
            "measures": _measures(form.get("measures", "")),
        }
        expected = web.form_version()
        change_survey(session, key, changes, expected_version=expected, now=current.now())
    except (Invalid, PreconditionFailed) as error:
        fields = getattr(error, "fields", None) or {"definition": []}
        errors = {name: web.sentence(error) for name in fields}
        return _draw(find_survey(session, key), dict(form), errors), error.status
    flash(_("The draft is saved. Publish it when it is ready."), "success")
    return redirect(url_for("surveys.edit_questions", key=key))


@pages.post("/<key>/upload", permission=MANAGE)
def upload_questions(key: str) -> AnyResponse:
    """Put a file in the place of the draft."""
    expected, now = web.form_version(), current.now()
    done = replace_draft(current.tx(), key, _uploaded(), expected_version=expected, now=now)
    _tell(done.problems)
    return redirect(url_for("surveys.edit_questions", key=key))


@pages.get("/import", permission=MANAGE)
def import_form() -> str:
    """The form that makes a survey of a SurveyJS file."""
    return render_template("surveys/import.html", errors={}, values={})


@pages.post("/import", permission=MANAGE)
def import_questions() -> AnyResponse | tuple[str, int]:
    """Make a survey of a SurveyJS file."""
    key = request.form.get("key", "").strip() or None
    try:
        done = import_survey(current.tx(), _uploaded(), key=key, now=current.now())
    except (Invalid, Conflict) as error:
        fields = getattr(error, "fields", None) or {"key": []}
        errors = {("file" if name == "definition" else name): web.sentence(error)
                  for name in fields}  # fmt: skip
        values = {"key": request.form.get("key", "")}
        return render_template("surveys/import.html", errors=errors, values=values), error.status
    _tell(done.problems)
    return redirect(url_for("surveys.show_survey", key=done.survey.key))


def _uploaded() -> dict[str, Any]:
    file = request.files.get("file")
    if file is None or not file.filename:
        told = N_("Choose a file.")
        raise Invalid(told, fields={"file": [_(told)]})
    return read_definition(file.stream.read(MOST_BYTES + 1))


def _tell(problems: list[Any]) -> None:
    if not problems:
        flash(_("The file is imported; nothing in it is wrong or unknown."), "success")
        return
    told = _("The file is imported. %(n)s things in it want your attention; they are listed here.",
             n=len(problems))  # fmt: skip
    flash(told, "warning")


def _measures(text: str) -> Any:
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError):
        told = N_("This is no JSON. Download the file again where it was made.")
        raise Invalid(told, fields={"measures": [_(told)]}) from None


def _stored(survey: Survey) -> dict[str, Any]:
    return {
        "definition": written(survey.definition),
        "measures": written(survey.measures),
        "version": survey.version,
    }


def _draw(survey: Survey, values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "surveys/questions.html",
        **around(survey, "edit_questions"),
        values=values,
        errors=errors,
        problems=problems_in_words(problems_of(survey.definition, survey.measures)),
    )
