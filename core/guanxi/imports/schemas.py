"""Imports as the API takes and gives them back."""

from typing import Any, Final

from marshmallow import Schema, fields

UPLOAD: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file", "importer"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "CSV or XLSX, recognised by what is in it.",
                    },
                    "importer": {
                        "type": "string",
                        "description": "What its rows become, as in `customers`.",
                    },
                    "mapping": {
                        "type": "string",
                        "description": "JSON with columns, constants and options; else guessed.",
                    },
                    "dry_run": {"type": "string", "enum": ["true", "false"]},
                    "encoding": {"type": "string"},
                    "delimiter": {"type": "string"},
                    "sheet": {"type": "string"},
                    "has_header": {"type": "string", "enum": ["yes", "no"]},
                },
            }
        }
    },
}
"""The form of an upload; the file is read as it comes, so no schema of marshmallow takes it."""


class ImportSampleSchema(Schema):
    """A row of the preview and what would become of it."""

    row_number = fields.Integer()
    outcome = fields.String()
    cells = fields.Raw()
    reason = fields.String(allow_none=True)


class ImportSchema(Schema):
    """An import; ``counts`` tells how far it is and what became of its rows."""

    id = fields.UUID()
    importer = fields.String()
    file_name = fields.String()
    state = fields.String()
    rows_total = fields.Integer(allow_none=True)
    counts = fields.Dict()
    error = fields.String(allow_none=True)
    mapping = fields.Dict()
    samples = fields.List(fields.Nested(ImportSampleSchema))
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)


class ImportsSchema(Schema):
    """The latest imports, the newest first."""

    items = fields.List(fields.Nested(ImportSchema))


class ImportFieldSchema(Schema):
    """A field that a column can fill."""

    key = fields.String()
    title = fields.String()
    help = fields.String()
    required = fields.Boolean()


class ImportFieldsSchema(Schema):
    """The fields that columns can fill."""

    items = fields.List(fields.Nested(ImportFieldSchema))


class ImportStateSchema(Schema):
    """An import and what it is about to do."""

    id = fields.UUID()
    state = fields.String()
