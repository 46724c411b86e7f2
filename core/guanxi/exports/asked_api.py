"""Exports by API that a worker writes: ask, follow, fetch, cancel."""

from typing import Any
from uuid import UUID

from flask import Response, send_file
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from guanxi.customers.schemas.fields import CleanText
from guanxi.errors import NotFound
from guanxi.exports import domain
from guanxi.exports.api import api
from guanxi.exports.lists import LISTS
from guanxi.exports.models import EXPORT_STATES, Export
from guanxi.http import current
from guanxi.http.language import current_language

RUN = "exports.run"


class ExportAskSchema(Schema):
    """A list that is to be written to a file."""

    what = fields.String(required=True, validate=validate.OneOf(sorted(LISTS)))
    format = fields.String(load_default="csv", validate=validate.OneOf(sorted(domain.FORMATS)))
    arguments = fields.Dict(
        keys=CleanText(120, filled=True),
        values=CleanText(40_000),
        load_default=dict,
        metadata={"description": "columns, sort, q and conditions, as in the list's address."},
    )


class ExportSchema(Schema):
    """An export and how far it is."""

    id = fields.UUID(required=True)
    what = fields.String(required=True)
    format = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(EXPORT_STATES))
    rows = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class ExportListSchema(Schema):
    """One's own exports."""

    items = fields.List(fields.Nested(ExportSchema), required=True)


@api.get("", permission=RUN)
@api.response(200, ExportListSchema)
def list_exports() -> dict[str, Any]:
    """One's own exports, newest first."""
    mine = select(Export).where(Export.user_id == current.principal().user_id)
    return {"items": current.session().scalars(mine.order_by(Export.created_at.desc()).limit(80))}


@api.post("", permission=RUN)
@api.arguments(ExportAskSchema())
@api.response(202, ExportSchema)
def ask(values: dict[str, Any]) -> Export:
    """Ask for a list as a CSV or XLSX file; a worker writes it."""
    return domain.ask(
        current.tx(),
        current.principal(),
        values["what"],
        values["format"],
        list(values["arguments"].items()),
        language=current_language(),
        now=current.now(),
    )


@api.get("/<uuid:export_id>", permission=RUN)
@api.response(200, ExportSchema)
def get_export(export_id: UUID) -> Export:
    """One export: its state, and the rows written."""
    return domain.get_export(current.session(), export_id, current.principal())


@api.get("/<uuid:export_id>/file", permission=RUN)
@api.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def fetch(export_id: UUID) -> Response:
    """The file, as long as it is kept."""
    row = domain.get_export(current.session(), export_id, current.principal())
    if row.file_path is None:
        raise NotFound("There is no file any more. Ask for the export again.")
    path = current.platform().files / row.file_path
    return send_file(path, mimetype=domain.FORMATS[row.format], as_attachment=True)


@api.post("/<uuid:export_id>/cancel", permission=RUN)
@api.response(200, ExportSchema)
def cancel(export_id: UUID) -> Export:
    """Stop an export that waits or is being written."""
    return domain.cancel(current.tx(), export_id, current.principal(), now=current.now())
