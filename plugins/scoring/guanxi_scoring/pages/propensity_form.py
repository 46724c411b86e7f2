"""Make and change goals, with how many past cases there are while one edits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, PreconditionFailed, current, web
from guanxi_scoring.life.options import DRIFT_ERRORS, WORSE_ERRORS
from guanxi_scoring.models import Model
from guanxi_scoring.pages.blueprint import MANAGE, pages
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.pages.propensity_words import learner_choices
from guanxi_scoring.propensity import managing, reading, traits
from guanxi_scoring.propensity.conditions import PARTS
from guanxi_scoring.propensity.goals import QUESTIONS, USUAL
from guanxi_scoring.propensity.options import DRIFT_PERCENT
from guanxi_scoring.propensity.wording import titles
from guanxi_scoring.texts import _

Answer = str | tuple[str, int] | Response
WATCHED: Final = {
    "worse_errors": WORSE_ERRORS, "drift_errors": DRIFT_ERRORS, "drift_percent": DRIFT_PERCENT,
}  # fmt: skip
"""When a version is kept back, and when an alarm is raised; as usual where nothing is said."""
TEXTS: Final = ("title_en", "title_zh", "goal", "refit_days")
NUMBERS: Final = ("within_days", "every_days", "history_days", "min_each", "min_cases", *WATCHED)
_REFUSALS: Final = (Invalid, Conflict, PreconditionFailed)


@dataclass(slots=True)
class GoalForm:
    """What is typed, and what is wrong with it. ``model`` is None for a new goal."""

    texts: dict[str, str]
    options: dict[str, Any]
    model: Model | None = None
    version: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def complain(self, error: Any) -> None:
        """Note what is wrong, at the field that the error names."""
        named = getattr(error, "fields", None) or {}
        for name, told in named.items():
            self.errors[name.removeprefix("options.")] = _flat(told)
        if not named:
            self.errors["form"] = web.sentence(error)


@pages.get("/propensity/new", permission=MANAGE)
def new_goal() -> str:
    """The form of the question asked for, with what is usual."""
    texts = {**dict.fromkeys(TEXTS, ""), "refit_days": "30"}
    return _draw(GoalForm(texts, {**WATCHED, **USUAL[_question()].stored}))


@pages.post("/propensity/new", permission=MANAGE)
def create_goal() -> Answer:
    """Make the goal; it is learnt in the background."""
    form = _sent(None)
    try:
        draft = managing.GoalDraft(
            form.texts["goal"],
            form.texts["title_en"],
            form.texts["title_zh"],
            form.options,
            _days(form.texts["refit_days"]),
        )
        model = managing.create_goal(
            current.tx(), draft, may=current.principal().may, now=current.now()
        )
    except _REFUSALS as error:
        return _again(form, error)
    flash(_("The goal is there. It is being learnt."), "success")
    return redirect(url_for("scoring.show_goal", key=model.key))


@pages.get("/propensity/goals/<key>/edit", permission=MANAGE)
def edit_goal(key: str) -> str:
    """The form filled with the goal."""
    model = managing.get_goal(current.session(), key)
    refit = "" if model.refit_days is None else str(model.refit_days)
    texts = {"title_en": model.title_en, "title_zh": model.title_zh, "refit_days": refit}
    return _draw(GoalForm(texts, {**WATCHED, **model.options}, model, str(model.version)))


@pages.post("/propensity/goals/<key>/edit", permission=MANAGE)
def change_goal(key: str) -> Answer:
    """Change the goal, unless somebody else did meanwhile; what changed is learnt at once."""
    session = current.tx()
    form = _sent(managing.get_goal(session, key))
    try:
        changes = {
            "title_en": form.texts["title_en"],
            "title_zh": form.texts["title_zh"],
            "options": form.options,
            "refit_days": _days(form.texts["refit_days"]),
        }
        model = managing.change_goal(
            session,
            key,
            changes,
            may=current.principal().may,
            expected_version=web.form_version(),
            now=current.now(),
        )
    except _REFUSALS as error:
        return _again(form, error)
    flash(_("Saved."), "success")
    return redirect(url_for("scoring.show_goal", key=model.key))


@pages.post("/propensity/preview", permission=MANAGE)
def preview_goal() -> str:
    """How many past cases there are by what is in the form; nothing is stored."""
    session, form = current.session(), _sent(None)
    try:
        found = reading.preview(session, form.options, now=current.now())
    except Invalid as error:
        form.complain(error)
        return render_template("scoring/_propensity_preview.html", errors=form.errors, found=None)
    return render_template(
        "scoring/_propensity_preview.html", errors={}, found=found, options=form.options
    )


def _question() -> str:
    asked = request.values.get("question", "buy")
    return asked if asked in QUESTIONS else "buy"


def _sent(model: Model | None) -> GoalForm:
    """Return the form as it was sent; what it has no field for stays as it is."""
    sent = request.form
    question = model.options["question"] if model else _question()
    before = {**WATCHED, **(model.options if model else USUAL[question].stored)}
    options = {
        **before,
        "question": question,
        **{name: _number(sent.get(name, "")) for name in NUMBERS if name in sent},
        "exposure": _condition("exposure"),
        "success": _condition("success"),
        "attributes": sent.getlist("attributes"),
        "learner": sent.get("learner", "auto"),
        "by_team": "by_team" in sent,
        "as_of": sent.get("as_of", "").strip() or "now",
    }
    texts = {name: sent.get(name, "").strip() for name in TEXTS}
    return GoalForm(texts, options, model, sent.get("version", ""))


def _condition(name: str) -> dict[str, list[str]]:
    return {part: request.form.getlist(f"{name}-{part}") for part in PARTS}


def _number(text: str) -> int | str:
    """Return a typed number; what is none stays text and is refused with the field."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else text


def _days(text: str) -> int | None:
    if not text:
        return None
    number = _number(text)
    if isinstance(number, int):
        return number
    fault = _("Write a whole number of days, or nothing.")
    raise Invalid(fault, fields={"refit_days": [fault]})


def _draw(form: GoalForm) -> str:
    session = current.session()
    known = titles(session)
    return render_template(
        "scoring/propensity_edit.html",
        form=form,
        title=title_of(form.model) if form.model else "",
        words={part: list(known[part].items()) for part in PARTS},
        attributes=_attributes(session),
        learners=learner_choices(),
        questions=_questions(),
    )


def _attributes(session: Session) -> list[dict[str, Any]]:
    offered = traits.offered(session, current.principal().may)
    return [
        {
            "value": one.key,
            "label": str(one.title),
            "help": None if traits.is_lasting(one.key) else _("only of cases from now on"),
        }
        for one in offered
    ]


def _questions() -> dict[str, str]:
    return {
        "buy": _("Will buy"),
        "answer": _("Will answer"),
        "convert": _("Will convert"),
    }


def _flat(told: Any) -> str:
    if isinstance(told, Mapping):
        return " ".join(_flat(one) for one in told.values())
    return " ".join(_flat(one) for one in told) if isinstance(told, list) else str(told)


def _again(form: GoalForm, error: Any) -> tuple[str, int]:
    form.complain(error)
    return _draw(form), error.status
