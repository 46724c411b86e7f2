"""Make and change scorecards: what they learn from, which characteristics, what points mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, Outcome, TouchpointKind, attributes_of, current, web
from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.models import CaseFile, Model
from guanxi_scoring.pages.blueprint import ASSESS, pages
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.pages.risk_words import REFUSALS, Errors
from guanxi_scoring.risk import case_files, managing
from guanxi_scoring.risk.facts import UNFIT
from guanxi_scoring.risk.options import OPERATORS, CardOptions
from guanxi_scoring.risk.samples import case_file
from guanxi_scoring.texts import _

Answer = str | tuple[str, int] | Response
NUMBERS: Final = (
    "pdo", "base_score", "base_odds", "holdout", "least_iv", "seed", "worse_errors", "psi_watch",
    "psi_alarm",
)  # fmt: skip
DETAILS: Final = ("type", "trend", "special", "column")


@dataclass(slots=True)
class CardForm:
    """What is typed, and what is wrong with it. ``model`` is None for a new scorecard."""

    texts: dict[str, str]
    options: dict[str, Any]
    chosen: list[str]
    details: str
    model: Model | None = None
    version: str = ""
    errors: Errors = field(default_factory=Errors)


@pages.get("/risk/new-scorecard", permission=ASSESS)
def new_scorecard() -> str:
    """The empty form: from customers, or from the file asked for."""
    options = CardOptions().load({})
    options["file"] = request.args.get("file", "")[:40]
    if options["file"]:
        options["outcome"]["by"] = "column"
    texts = dict.fromkeys(("key", "title_en", "title_zh"), "")
    return _draw(CardForm(texts, options, [], ""))


@pages.post("/risk/new-scorecard", permission=ASSESS)
def create_scorecard() -> Answer:
    """Make the scorecard; it is fitted in the background."""
    form = _sent(None)
    try:
        form.options["characteristics"] = _characteristics(form)
        draft = managing.CardDraft(
            form.texts["key"], form.texts["title_en"], form.texts["title_zh"], form.options
        )
        may, now = current.principal().may, current.now()
        model = managing.create_card(current.tx(), draft, may=may, now=now)
    except REFUSALS as error:
        return _draw(form), form.errors.take(error)
    flash(_("The scorecard is there. It is being fitted."), "success")
    return redirect(url_for("scoring.show_scorecard", key=model.key))


@pages.get("/risk/scorecards/<key>/edit", permission=ASSESS)
def edit_scorecard(key: str) -> str:
    """The form filled with the scorecard."""
    model = managing.get_card(current.session(), key)
    texts = {"key": model.key, "title_en": model.title_en, "title_zh": model.title_zh}
    characteristics = model.options["characteristics"]
    chosen = [one["key"] for one in characteristics]
    details = "\n".join(filter(None, map(_written, characteristics)))
    options = {**CardOptions().load({}), **model.options}
    return _draw(CardForm(texts, options, chosen, details, model, str(model.version)))


@pages.post("/risk/scorecards/<key>/edit", permission=ASSESS)
def change_scorecard(key: str) -> Answer:
    """Change the scorecard, unless somebody else did meanwhile; it is fitted anew."""
    form = _sent(managing.get_card(current.tx(), key))
    try:
        form.options["characteristics"] = _characteristics(form)
        changes = {name: form.texts[name] for name in ("title_en", "title_zh")}
        model = managing.change_card(
            current.tx(),
            key,
            {**changes, "options": form.options},
            may=current.principal().may,
            expected_version=web.form_version(),
            now=current.now(),
        )
    except REFUSALS as error:
        return _draw(form), form.errors.take(error)
    flash(_("Saved."), "success")
    return redirect(url_for("scoring.show_scorecard", key=model.key))


def _sent(model: Model | None) -> CardForm:
    sent = request.form
    before = dict(model.options) if model else CardOptions().load({})
    outcome = {
        "by": sent.get("by", "attribute"),
        "attribute": sent.get("attribute", ""),
        "operator": sent.get("operator", "eq"),
        "value": sent.get("value", "").strip(),
        "kind": sent.get("kind", ""),
        "column": sent.get("column", ""),
        "bad": sent.getlist("bad") or _split(sent.get("bad_words", "")),
        "good": sent.getlist("good"),
    }
    options = {
        **before,
        **{name: _number(sent[name]) for name in NUMBERS if name in sent},
        "as_of": sent.get("as_of", "now").strip(),
        "file": sent.get("file", ""),
        "outcome": outcome,
        "reasons_against": sent.get("reasons_against", "neutral"),
    }
    texts = {name: sent.get(name, "").strip() for name in ("key", "title_en", "title_zh")}
    return CardForm(
        texts, options, sent.getlist("characteristics"), sent.get("details", ""), model,
        sent.get("version", ""),
    )  # fmt: skip


def _characteristics(form: CardForm) -> list[dict[str, Any]]:
    """Return what was chosen, each with what its line says about it."""
    found: dict[str, dict[str, Any]] = {key: {"key": key} for key in form.chosen}
    for line in filter(None, map(str.strip, form.details.splitlines())):
        key, *said = (part.strip() for part in line.split("|"))
        if len(said) > len(DETAILS):
            told = _(
                "“%(line)s” is not written as key | kind | trend | special | column.",
                line=line[:60],
            )
            raise Invalid(told, fields={"details": [told]})
        one = found.setdefault(key, {"key": key})
        one |= {name: value for name, value in zip(DETAILS, said, strict=False) if value}
        if "special" in one:
            one["special"] = _split(one["special"])
    return list(found.values())


def _written(one: Mapping[str, Any]) -> str:
    """Return what a line says about a characteristic; nothing where all is as usual."""
    said = [
        "" if one["type"] == "auto" else one["type"],
        "" if one["trend"] == "monotone" else one["trend"],
        ", ".join(one["special"]),
        "" if one["column"] == one["key"] else one["column"],
    ]
    while said and not said[-1]:
        said.pop()
    return " | ".join([one["key"], *said]) if said else ""


def _draw(form: CardForm) -> str:
    session = current.session()
    file = _file(session, form.options["file"])
    return render_template(
        "scoring/risk_card_edit.html",
        form=form,
        errors=form.errors.said,
        o=form.options,
        title=title_of(form.model) if form.model else "",
        file=file,
        files=[
            ("", _("Your own customers")),
            *((str(one.id), one.title) for one in case_files.list_cases(session)),
        ],
        choices=[(name, name) for name in file.columns] if file else _attributes(session),
        outcomes=_titled(session, Outcome),
        kinds=_titled(session, TouchpointKind),
        operators=_operators(),
    )


def _file(session: Session, file_id: str) -> CaseFile | None:
    if not file_id:
        return None
    try:
        return case_file(session, file_id)
    except CannotFit:
        return None


def _attributes(session: Session) -> Sequence[tuple[str, str]]:
    may = current.principal().may
    return [
        (key, f"{one.title} ({key})")
        for key, one in attributes_of(session).items()
        if one.type not in UNFIT and (one.permission is None or may(one.permission))
    ]


def _titled(session: Session, words: Any) -> Sequence[tuple[str, str]]:
    """Return the kinds or outcomes of touchpoints that are in use, by key, with their titles."""
    chinese = web.language() == "zh"
    rows = session.scalars(
        select(words).where(words.archived.is_(False)).order_by(words.position, words.key)
    )
    return [(one.key, one.title_zh if chinese else one.title_en) for one in rows]


def _operators() -> Sequence[tuple[str, str]]:
    words = {
        "eq": _("is"), "ne": _("is not"), "lt": _("is below"), "lte": _("is at most"),
        "gt": _("is above"), "gte": _("is at least"), "in": _("is one of, with commas"),
    }  # fmt: skip
    return [(key, words[key]) for key in OPERATORS]


def _split(text: str) -> list[str]:
    return [part for part in (one.strip() for one in text.split(",")) if part]


def _number(text: str) -> Any:
    """Return a number as it was typed; what is none is told by the options."""
    try:
        found = float(text)
    except ValueError:
        return text
    return int(found) if found.is_integer() and "." not in text else found
