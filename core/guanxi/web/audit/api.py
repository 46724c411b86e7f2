"""The audit log by API."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from guanxi.audit.models import AuditEntry
from guanxi.audit.query import AuditFilter, entries
from guanxi.customers.schemas.fields import CleanText, Cursor, Limit
from guanxi.db import json
from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.paging import decode_cursor, encode_cursor
from guanxi.http.routes import Api
from guanxi.touchpoints.schemas.fields import Instant

api = Api("audit", __name__, description="Who changed what")
_MAX = 200


class AuditFilterSchema(Schema):
    """Which entries are wanted; ``until`` itself is not included."""

    subject_kind = CleanText(_MAX)
    subject_id = CleanText(_MAX)
    actor_name = CleanText(_MAX)
    action = CleanText(_MAX)
    since = Instant()
    until = Instant()
    cursor = Cursor()
    limit = Limit()


class AuditEntrySchema(Schema):
    """One change: who, when, and the fields before and after."""

    id = fields.Integer()
    at = fields.AwareDateTime()
    action = fields.String()
    subject_kind = fields.String()
    subject_id = fields.String()
    actor_kind = fields.String()
    actor_id = fields.UUID(allow_none=True)
    actor_name = fields.String()
    request_id = fields.String(allow_none=True)
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)


class AuditPageSchema(Schema):
    """A page of entries, the newest first; ``next`` is the cursor of the following one."""

    items = fields.List(fields.Nested(AuditEntrySchema))
    next = fields.String(allow_none=True)


_SHOWN = tuple(AuditEntrySchema().fields)


@api.get("", permission="audit.view")
@api.arguments(AuditFilterSchema(), location="query")
@api.response(200, AuditPageSchema)
def list_entries(query: dict[str, Any]) -> Response:
    """Changes, the newest first, page by page."""
    limit, before = query.pop("limit"), _before(query.pop("cursor", None))
    wanted = AuditFilter(**query)
    found, following = entries(current.session(), wanted, before_id=before, limit=limit)
    body = {
        "items": [_shown(entry) for entry in found],
        "next": encode_cursor((following,)) if following else None,
    }
    return Response(json.dumps_bytes(body), content_type="application/json")


def _before(cursor: str | None) -> int | None:
    if not cursor:
        return None
    (number,) = decode_cursor(cursor, 1)
    if type(number) is not int or not 0 < number < 2**63:
        raise Invalid("This cursor is not valid here. Start again from the first page.")
    return number


def _shown(entry: AuditEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _SHOWN}
