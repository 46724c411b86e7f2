"""Imports in the web: upload, map the columns, see what would happen, run, take back."""

from collections.abc import Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Pages
from guanxi.i18n import N_, _
from guanxi.imports import domain
from guanxi.imports import mapping as mappings
from guanxi.imports import mapping_form as forms
from guanxi.imports.contract import ImportField
from guanxi.imports.files.encoding import ENCODINGS
from guanxi.imports.importers import kind_of
from guanxi.imports.models import Import
from guanxi.imports.uploading import (
    error_file,
    import_for,
    imports_for,
    kinds_for,
    path_of,
    recognised,
    sent_choices,
    take_upload,
)

pages = Pages("imports", __name__, url_prefix="/imports")
RUN = "imports.run"
DELIMITERS = {",": ",", ";": ";", "\t": N_("tab"), "|": "|"}
OUTCOMES = {
    "created": N_("would be new"),
    "changed": N_("would be changed"),
    "unchanged": N_("stays as it is"),
}
ENDED = ("done", "failed")
FIRST_REFUSED = 20
"""Refused rows on the page; the file has them all."""
STATES = {
    "uploaded": (N_("uploaded"), "neutral"),
    "checking": (N_("being checked"), "info"),
    "checked": (N_("checked"), "info"),
    "queued": (N_("waiting"), "info"),
    "running": (N_("running"), "info"),
    "done": (N_("done"), "success"),
    "failed": (N_("stopped"), "danger"),
    "undoing": (N_("being taken back"), "warning"),
    "undone": (N_("taken back"), "neutral"),
}


@pages.get("/", permission=RUN)
def list_imports() -> str:
    """Imports so far, newest first."""
    found = imports_for(current.session())
    return render_template("imports/list.html", imports=found, kinds=_titles(), states=_states())


@pages.get("/new", permission=RUN)
def new() -> str:
    """Choose a file and say what it holds; ``?importer=`` says it for a link elsewhere."""
    return _draw_new(request.args, {})


@pages.post("/new", permission=RUN)
def create() -> BaseResponse | tuple[str, int]:
    """Take the file, unless it is none that can be read."""
    try:
        row = take_upload(
            request.files.get("file"), request.form.get("importer", ""), sent_choices(request.form)
        )
    except GuanxiError as error:
        return _draw_new(request.form, {"file": _(error.message, **error.params)}), error.status
    return redirect(url_for("imports.mapping", import_id=row.id))


@pages.get("/<uuid:import_id>/mapping", permission=RUN)
def mapping(import_id: UUID) -> str:
    """Say what becomes of each column."""
    return _draw_mapping(import_for(current.session(), import_id))


@pages.post("/<uuid:import_id>/format", permission=RUN)
def save_format(import_id: UUID) -> BaseResponse | tuple[str, int]:
    """Read the file in another way: another sheet, encoding or delimiter, with a header or not."""
    row = import_for(current.tx(), import_id)
    try:
        domain.set_format(current.tx(), row, path_of(row), sent_choices(request.form))
    except GuanxiError as error:
        return _draw_mapping(row, error=error), error.status
    return redirect(url_for("imports.mapping", import_id=import_id))


@pages.post("/<uuid:import_id>/mapping", permission=RUN)
def save_mapping(import_id: UUID) -> BaseResponse | tuple[str, int]:
    """Keep the mapping and find out what the import would do."""
    row = import_for(current.tx(), import_id)
    header = recognised(row).header
    form = forms.sent(request.form, header)
    try:
        chosen = form.mapping(header, _fields(row))
        domain.set_mapping(current.tx(), row, chosen, header)
        domain.queue_check(current.tx(), import_id)
    except GuanxiError as error:
        return _draw_mapping(row, form, error), error.status
    return redirect(url_for("imports.show", import_id=import_id))


@pages.get("/<uuid:import_id>", permission=RUN)
def show(import_id: UUID) -> str:
    """One import: what it would do, how far it is, what it did."""
    row = import_for(current.session(), import_id)
    template = "imports/_progress.html" if "HX-Request" in request.headers else "imports/show.html"
    refused = _refused(row)
    return render_template(
        template,
        row=row,
        kinds=_titles(),
        states=_states(),
        samples=_samples(row),
        refused=refused[:FIRST_REFUSED],
        more_refused=len(refused) > FIRST_REFUSED,
        go_on_url=_go_on_url(row) if domain.is_left(current.session(), row) else None,
        undo_job=True,
    )


@pages.post("/<uuid:import_id>/check", permission=RUN)
def check(import_id: UUID) -> BaseResponse:
    """Let the worker find out again what the import would do."""
    import_for(current.tx(), import_id)
    domain.queue_check(current.tx(), import_id)
    return redirect(url_for("imports.show", import_id=import_id))


@pages.post("/<uuid:import_id>/run", permission=RUN)
def run(import_id: UUID) -> BaseResponse:
    """Let the worker begin, or go on."""
    import_for(current.tx(), import_id)
    domain.queue(current.tx(), import_id)
    return redirect(url_for("imports.show", import_id=import_id))


@pages.post("/<uuid:import_id>/undo", permission=RUN)
def undo(import_id: UUID) -> BaseResponse:
    """Let the worker take everything back."""
    import_for(current.tx(), import_id)
    domain.queue_undo(current.tx(), import_id)
    flash(_("The import is being taken back."), "success")
    return redirect(url_for("imports.show", import_id=import_id))


@pages.get("/<uuid:import_id>/errors.csv", permission=RUN)
def errors(import_id: UUID) -> Response:
    """The refused rows with their reasons; correct them there and import the file."""
    session = current.session()
    return error_file(session, import_for(session, import_id))


def _go_on_url(row: Import) -> str:
    """Return where an import that nobody works on any more is taken up again."""
    step = {"checking": "check", "undoing": "undo"}.get(row.state, "run")
    return url_for(f"imports.{step}", import_id=row.id)


def _draw_new(values: Any, errors: dict[str, str]) -> str:
    return render_template(
        "imports/new.html",
        kinds=_titles().items(),
        values=values,
        errors=errors,
        encodings=[(name, name) for name in ENCODINGS],
        delimiters=_delimiters(),
    )


def _delimiters() -> list[tuple[str, str]]:
    return [(mark, _(name) if len(name) > 1 else name) for mark, name in DELIMITERS.items()]


def _fields(row: Import) -> Sequence[ImportField]:
    return kind_of(current.session(), row.importer).fields_in(current.session())


def _draw_mapping(
    row: Import, form: forms.MappingForm | None = None, error: GuanxiError | None = None
) -> str:
    file, language = recognised(row), current_language()
    form = form or forms.filled(mappings.from_dict(row.mapping), file.header)
    fields = _fields(row)
    rows = [sample.cells for sample in file.sample_rows]
    return render_template(
        "imports/mapping.html",
        row=row,
        file=file,
        columns=[
            {"number": n, "name": name, "examples": forms.examples(rows, n), "becomes": becomes}
            for n, (name, becomes) in enumerate(zip(file.header, form.becomes, strict=True))
            if name
        ],
        choices=[(one.key, one.title.in_language(language)) for one in fields],
        required=[one.title.in_language(language) for one in fields if one.required],
        constants=[
            *form.constants,
            *((key, "") for key in forms.missing(form, fields)),
            *[("", "")] * forms.SPARE,
        ],
        options=form.options,
        errors={"": _(error.message, **error.params)} if error else {},
        sheets=[(name, name) for name in file.sheets],
        encodings=[(name, name) for name in ENCODINGS],
        delimiters=_delimiters(),
    )


def _samples(row: Import) -> list[dict[str, Any]]:
    """The rows of the preview: refused ones with the reason, the others with what they become."""
    return [
        {
            **sample,
            "reason": _result(sample),
        }
        for sample in row.counts.get("samples", [])
    ]


def _result(sample: dict[str, Any]) -> str:
    if sample["outcome"] == "refused":
        return domain.reason_of(sample["message"], sample["params"], _)
    if "called" in sample:
        return _("would be new, called %(name)s", name=sample["called"])
    return _(OUTCOMES[sample["outcome"]])


def _refused(row: Import) -> list[dict[str, Any]]:
    """The first rows that were refused in the order of the file, and one more if there are more."""
    if row.state not in ENDED:
        return []
    most = FIRST_REFUSED + 1
    found = islice(domain.refusals(current.session(), row.id, at_once=most), most)
    return [
        {
            "row_number": one.row_number,
            "cells": one.cells,
            "reason": domain.reason_of(one.message, one.params, _),
        }
        for one in found
    ]


def _titles() -> dict[str, str]:
    kinds = kinds_for(current.session())
    return {key: kind.title.in_language(current_language()) for key, kind in kinds.items()}


def _states() -> dict[str, tuple[str, str]]:
    return {key: (_(text), tone) for key, (text, tone) in STATES.items()}
