"""Make and change schemes, with the sizes of tiers foreseen while one edits."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, NotFound, PreconditionFailed, Refused, current, web
from guanxi_segmentation.pages.blueprint import MANAGE, pages
from guanxi_segmentation.pages.scheme_form import (
    KINDS,
    NOBODY,
    SchemeForm,
    draw_form,
    foreseen_values,
    form_of,
    new_form,
    read_lines,
    sent_form,
)
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.drafts import (
    ClassDraft,
    SchemeDraft,
    checked_classes,
    free_key,
)
from guanxi_segmentation.schemes.foreseeing import Trial, foresee
from guanxi_segmentation.schemes.sizes import sizes
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.texts import _
from guanxi_segmentation.tier_sight import require_options_in_sight

Answer = str | tuple[str, int] | Response
_REFUSALS = (Invalid, Conflict, NotFound, PreconditionFailed, Refused)


@pages.get("/schemes/new-scheme", permission=MANAGE)
def new_scheme() -> str:
    """The empty form of the kind asked for."""
    session = current.session()
    return draw_form(session, new_form(session, _kind()))


@pages.post("/schemes/new-scheme", permission=MANAGE)
def create_scheme() -> Answer:
    """Make the scheme; customers are sorted in the background."""
    session = current.tx()
    form = sent_form(session, _kind(), None)
    try:
        draft = _draft(session, form)
        if form.kind == "tiers":
            require_options_in_sight(session, draft.options)
        scheme = domain.create_scheme(session, draft, now=current.now())
    except _REFUSALS as error:
        return _again(form, error)
    flash(_("The scheme is there. Customers are being sorted."), "success")
    return redirect(url_for("segmentation.show_scheme", key=scheme.key))


@pages.get("/schemes/<key>/edit", permission=MANAGE)
def edit_scheme(key: str) -> str:
    """The form filled with the scheme."""
    session = current.session()
    return draw_form(session, form_of(session, domain.get_scheme(session, key)))


@pages.post("/schemes/<key>/edit", permission=MANAGE)
def change_scheme(key: str) -> Answer:
    """Change the scheme, unless somebody else did meanwhile."""
    session = current.tx()
    scheme = domain.get_scheme(session, key)
    form = sent_form(session, scheme.kind, scheme)
    changes: dict[str, Any] = {name: form.texts[name] for name in ("title_en", "title_zh")}
    changes |= {"classes": form.classes, "options": _options(form)}
    try:
        if scheme.kind == "tiers":
            require_options_in_sight(session, form.options, scheme)
        domain.change_scheme(
            session,
            key,
            changes,
            expected_version=web.form_version(),
            now=current.now(),
        )
    except _REFUSALS as error:
        return _again(form, error)
    flash(_("Saved. Customers are being sorted again."), "success")
    return redirect(url_for("segmentation.show_scheme", key=key))


@pages.post("/schemes/preview-sizes", permission=MANAGE)
def foresee_scheme() -> str:
    """How many customers each class would have by what is in the form; nothing is stored."""
    session = current.session()
    key = request.form.get("own_key", "")
    scheme = domain.get_scheme(session, key) if key else None
    kind = scheme.kind if scheme else _kind_with_sizes()
    form = sent_form(session, kind, scheme)
    try:
        if scheme is None and form.kind == "mapped":
            form.classes = checked_classes(form.kind, read_lines(form.lines))
            trial = Trial("mapped", None, _follows(session, form), form.classes)
        else:
            trial = Trial(form.kind, scheme, _options(form), form.classes)
        if form.kind == "tiers":
            require_options_in_sight(session, trial.given)
        found = foresee(session, trial, as_of=current.now())
    except _REFUSALS as error:
        form.complain(error)
        return render_template("segmentation/_foreseen.html", errors=form.errors)
    now_counts = [size.customers for size in sizes(session, scheme)] if scheme else None
    values = foreseen_values(session, form, found, now_counts)
    return render_template("segmentation/_foreseen.html", errors={}, **values)


def _options(form: SchemeForm) -> dict[str, Any]:
    """Return the options that a form changes: which scheme is followed is not among them."""
    return {name: value for name, value in form.options.items() if name != "of"}


def _kind() -> str:
    kind = request.values.get("kind", "tiers")
    return kind if kind in KINDS else "tiers"


def _kind_with_sizes() -> str:
    """Return the kind of a new scheme; one by rules takes nobody yet."""
    return "mapped" if _kind() == "mapped" else "tiers"


def _draft(session: Session, form: SchemeForm) -> SchemeDraft:
    if form.kind == "tiers":
        classes, options = form.classes, form.options
    elif form.kind == "mapped":
        form.classes = classes = read_lines(form.lines)
        options = _follows(session, form)
    else:
        *ruled, last = read_lines(form.lines) or [ClassDraft("", "")]
        nobody = [replace(one, rule=NOBODY) for one in ruled]
        classes, options = [*nobody, last], {}
    return SchemeDraft(
        key=form.texts["key"] or _free_key(session, form),
        title_en=form.texts["title_en"],
        title_zh=form.texts["title_zh"],
        kind=form.kind,  # type: ignore[arg-type]
        classes=classes,
        options=options,
    )


def _free_key(session: Session, form: SchemeForm) -> str:
    known = [
        s.key for archived in (False, True) for s in domain.list_schemes(session, archived=archived)
    ]
    return free_key(form.texts["title_en"] or form.texts["title_zh"], known, "scheme")


def _follows(session: Session, form: SchemeForm) -> dict[str, Any]:
    """Map place by place, what is beyond the last to the last; it can be edited afterwards."""
    of, own = form.options["of"], [one.key for one in form.classes]
    try:
        theirs = classes_of(session, domain.get_scheme(session, of))
    except NotFound:
        message = _("Choose the scheme that this one follows.")
        raise Invalid(message, fields={"of": [of[:80]]}) from None
    pairs = {one.key: own[min(place, len(own) - 1)] for place, one in enumerate(theirs) if own}
    return {"of": of, "map": pairs}


def _again(form: SchemeForm, error: Any) -> tuple[str, int]:
    form.complain(error)
    return draw_form(current.session(), form), error.status
