"""The form of a model: titles, how often it is fitted, and the options that its kind has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, PreconditionFailed, Text, current, web
from guanxi_scoring.life.changing import change_model as change
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.kinds import kind_of
from guanxi_scoring.models import Model
from guanxi_scoring.pages.blueprint import MANAGE, pages
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.sight import require_all, require_sight
from guanxi_scoring.texts import N_, _

OWN = ("title_en", "title_zh", "refit_days")
OPTION = "option-"
"""Before the names of the options in the form."""


@dataclass(slots=True)
class ModelForm:
    """What the form shows: what is stored, or what was typed and what is wrong with it."""

    model: Model
    values: dict[str, str]
    version: int | str
    errors: dict[str, str] = field(default_factory=dict)


@pages.get("/models/<key>/edit", permission=MANAGE)
def edit_model(key: str) -> str | Response:
    """The form filled with the model; a goal has a form of its own."""
    model = _asked(current.session(), key)
    if model.kind == "propensity":
        return redirect(url_for("scoring.edit_goal", key=key))
    return _draw(ModelForm(model, _stored(model), model.version))


@pages.post("/models/<key>/edit", permission=MANAGE)
def change_model(key: str) -> Response | tuple[str, int]:
    """Change the model, unless somebody else did meanwhile."""
    session = current.tx()
    model = _asked(session, key)
    form = ModelForm(model, dict(request.form), request.form.get("version", ""))
    try:
        changes = _changes(model, form.values)
        version = web.form_version()
        may = current.principal().may
        change(session, key, changes, expected_version=version, now=current.now(), may=may)
    except (Invalid, PreconditionFailed) as error:
        form.errors = _faults(error)
        return _draw(form), error.status
    flash(_("Saved. It takes effect with the next fit."), "success")
    return redirect(url_for("scoring.show_model", key=key))


def option_fields(schema: type[Schema], values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the options of a kind as fields of a form."""
    return [_drawn(name, one, values) for name, one in schema().fields.items()]


def _asked(session: Session, key: str) -> Model:
    require_all()
    return require_sight(get_model(session, key))


def _stored(model: Model) -> dict[str, str]:
    refit = "" if model.refit_days is None else str(model.refit_days)
    own = {"title_en": model.title_en, "title_zh": model.title_zh, "refit_days": refit}
    options = {f"{OPTION}{name}": _text(value) for name, value in model.options.items()}
    return {**own, **options}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _changes(model: Model, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form says, as the domain takes it.

    :raises Invalid: a number is none.
    """
    changes: dict[str, Any] = {name: typed[name] for name in OWN[:2] if name in typed}
    if "refit_days" in typed:
        changes["refit_days"] = _days(typed["refit_days"].strip())
    schema = kind_of(model.kind).options()
    options = {
        name: _read(one, typed.get(f"{OPTION}{name}"))
        for name, one in schema.fields.items()
        if f"{OPTION}{name}" in typed or isinstance(one, fields.Boolean)
    }
    return {**changes, "options": options}


def _days(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 9:
        return int(text)
    fault = _("Write a whole number of days, or nothing.")
    raise Invalid(N_("How often it is fitted does not fit."), fields={"refit_days": [fault]})


def _read(one: fields.Field[Any], text: str | None) -> Any:
    """Return a typed value as its field loads it; what is no number stays text, and is refused."""
    if isinstance(one, fields.Boolean):
        return text is not None and text != ""
    text = (text or "").strip()
    if isinstance(one, fields.List):
        inner = one.inner
        return [_read(inner, part) for part in text.split(",") if part.strip()]
    if not text and one.allow_none:
        return None
    if isinstance(one, fields.Integer) and text.lstrip("-").isdecimal() and text.isascii():
        return int(text) if len(text) < 20 else text
    if isinstance(one, fields.Float):
        return _float(text)
    return text


def _float(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _faults(error: Invalid | PreconditionFailed) -> dict[str, str]:
    """Return what is wrong, by the field of the form that it is about."""
    found = getattr(error, "fields", None) or {}
    named = {
        name.replace("options.", OPTION, 1): " ".join(map(str, _list(said)))
        for name, said in found.items()
    }
    return named or {"title_en": web.sentence(error)}


def _list(said: Any) -> list[Any]:
    if isinstance(said, Mapping):
        return [word for inner in said.values() for word in _list(inner)]
    return list(said) if isinstance(said, list) else [said]


def _drawn(name: str, one: fields.Field[Any], values: Mapping[str, str]) -> dict[str, Any]:
    title, about = one.metadata.get("title"), one.metadata.get("help")
    options = _options(one)
    kind = "switch" if isinstance(one, fields.Boolean) else "select" if options else "text"
    return {
        "name": f"{OPTION}{name}",
        "title": str(title) if title else name,
        "help": str(about) if about else None,
        "type": kind,
        "value": values.get(f"{OPTION}{name}", ""),
        "options": options,
        "is_number": isinstance(one, fields.Number),
        "required": kind == "select",
    }


def _options(one: fields.Field[Any]) -> list[tuple[str, str]]:
    """Return the choices of a field, with the titles that its metadata ``choices`` give."""
    titles: Mapping[Any, Text] = one.metadata.get("choices") or {}
    among = next((rule for rule in one.validators if isinstance(rule, validate.OneOf)), None)
    if among is None:
        return []
    labels = dict(zip(among.choices, among.labels, strict=False))
    return [
        (str(each), str(titles.get(each) or labels.get(each) or each)) for each in among.choices
    ]


def _draw(form: ModelForm) -> str:
    kind = kind_of(form.model.kind)
    return render_template(
        "scoring/model_edit.html",
        form=form,
        model=form.model,
        title=title_of(form.model),
        options=option_fields(kind.options, form.values),
    )
