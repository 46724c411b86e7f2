"""Imports by API: upload with a mapping, follow, take back."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request
from sqlalchemy import select

from guanxi.db import json
from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.routes import Api
from guanxi.imports import domain
from guanxi.imports import mapping as mappings
from guanxi.imports.files import Choices, recognise
from guanxi.imports.models import Import
from guanxi.imports.uploading import take_upload

api = Api("imports", __name__, description="Files that become customers or touchpoints")
RUN = "imports.run"
_SHOWN = (
    "id", "importer", "file_name", "state", "rows_total", "counts", "error", "mapping",
    "created_at", "finished_at",
)  # fmt: skip


@api.get("/", permission=RUN)
@api.response(200)
def list_imports() -> Response:
    """The latest imports, newest first."""
    found = current.session().scalars(select(Import).order_by(Import.created_at.desc()).limit(80))
    return jsonify({"items": [_shown(row) for row in found]})


@api.get("/<uuid:import_id>", permission=RUN)
@api.response(200)
def get_import(import_id: UUID) -> Response:
    """One import: its state, and how far it is."""
    return jsonify(_shown(domain.get_import(current.session(), import_id)))


@api.post("/", permission=RUN)
@api.response(202)
def create() -> tuple[Response, int]:
    """Upload ``file`` (multipart) as ``importer``, with a ``mapping`` in JSON, and run it."""
    row = take_upload(request.files.get("file"), request.form.get("importer", ""))
    if request.form.get("mapping"):
        path = current.platform().files / row.file_path
        header = recognise(path, Choices.from_dict(row.format)).header
        domain.set_mapping(row, mappings.from_dict(_json(request.form["mapping"])), header)
    current.tx().flush()
    domain.queue(current.tx(), row.id)
    return jsonify(_shown(row)), 202


@api.post("/<uuid:import_id>/undo", permission=RUN)
@api.response(202)
def undo(import_id: UUID) -> tuple[Response, int]:
    """Take the import back."""
    domain.queue_undo(current.tx(), import_id)
    return jsonify({"id": import_id, "state": "undoing"}), 202


def _shown(row: Import) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SHOWN}


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid("The mapping is a JSON object with columns, constants and options.")
    return found
