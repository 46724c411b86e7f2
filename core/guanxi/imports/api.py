"""Imports by API: upload with a mapping, follow, take back."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request

from guanxi.db import json
from guanxi.errors import Invalid, NotFound
from guanxi.http import current
from guanxi.http.routes import Api
from guanxi.i18n import _
from guanxi.imports import domain
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ImportField
from guanxi.imports.models import Import
from guanxi.imports.schemas import (
    UPLOAD,
    ImportFieldsSchema,
    ImportSchema,
    ImportsSchema,
    ImportStateSchema,
)
from guanxi.imports.uploading import (
    error_file,
    import_for,
    imports_for,
    kinds_for,
    recognised,
    sent_choices,
    take_upload,
)

api = Api("imports", __name__, description="Files that become customers or touchpoints")
RUN = "imports.run"
_SHOWN = (
    "id", "importer", "file_name", "state", "rows_total", "counts", "error", "mapping",
    "created_at", "finished_at",
)  # fmt: skip


@api.get("", permission=RUN)
@api.response(200, ImportsSchema)
def list_imports() -> Response:
    """The latest imports, newest first."""
    return jsonify({"items": [_shown(row) for row in imports_for(current.session())]})


@api.get("/<uuid:import_id>", permission=RUN)
@api.response(200, ImportSchema)
def get_import(import_id: UUID) -> Response:
    """One import: its state, and how far it is."""
    return jsonify(_shown(import_for(current.session(), import_id)))


@api.post("", permission=RUN)
@api.doc(requestBody=UPLOAD)
@api.response(202, ImportSchema)
def create() -> tuple[Response, int]:
    """Upload ``file`` (multipart) as ``importer``, with a ``mapping`` in JSON, and run it.

    With ``dry_run=true`` nothing is written: ask again for the import, look at ``counts`` and
    ``samples``, then run it. ``encoding``, ``delimiter``, ``sheet`` and ``has_header`` (yes, no)
    say how to read the file where it should not be recognised.
    """
    form = request.form
    row = take_upload(request.files.get("file"), form.get("importer", ""), sent_choices(form))
    if form.get("mapping"):
        chosen = mappings.from_dict(_json(form["mapping"]))
        domain.set_mapping(current.tx(), row, chosen, recognised(row).header)
    begin = domain.queue_check if form.get("dry_run") == "true" else domain.queue
    begin(current.tx(), row.id)
    return jsonify(_shown(row)), 202


@api.get("/kinds/<importer>", permission=RUN)
@api.response(200, ImportFieldsSchema)
def fields(importer: str) -> Response:
    """The fields that columns can fill, the admin's own included."""
    session = current.session()
    found = kinds_for(session).get(importer)
    if found is None:
        raise NotFound("There is no import of the kind %(key)s.", key=importer)
    return jsonify({"items": [_field(one) for one in found.fields_in(session)]})


@api.post("/<uuid:import_id>/run", permission=RUN)
@api.response(202, ImportStateSchema)
def run(import_id: UUID) -> tuple[Response, int]:
    """Run an import that was only checked, or go on with one that stopped."""
    import_for(current.tx(), import_id)
    domain.queue(current.tx(), import_id)
    return jsonify({"id": import_id, "state": "queued"}), 202


@api.get("/<uuid:import_id>/errors.csv", permission=RUN)
@api.response(200, {"type": "string"}, content_type="text/csv")
def errors(import_id: UUID) -> Response:
    """The refused rows with their reasons; correct them there and upload the file."""
    return error_file(current.session(), import_for(current.session(), import_id))


@api.post("/<uuid:import_id>/undo", permission=RUN)
@api.response(202, ImportStateSchema)
def undo(import_id: UUID) -> tuple[Response, int]:
    """Take the import back."""
    import_for(current.tx(), import_id)
    domain.queue_undo(current.tx(), import_id)
    return jsonify({"id": import_id, "state": "undoing"}), 202


def _shown(row: Import) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in _SHOWN}
    counts = dict(row.counts)
    error = row.error and _(row.error, **counts.pop("error_params", {}))
    return {
        **shown,
        "error": error,
        "samples": _samples(counts.pop("samples", [])),
        "counts": counts,
    }


def _samples(samples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "row_number": one["row_number"],
            "outcome": one["outcome"],
            "cells": one["cells"],
            "reason": domain.reason_of(one["message"], one["params"], _)
            if one["outcome"] == "refused"
            else None,
        }
        for one in samples
    ]


def _field(one: ImportField) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": str(one.title),
        "help": str(one.help),
        "required": one.required,
    }


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid("The mapping is a JSON object with columns, constants and options.")
    return found
