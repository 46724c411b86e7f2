"""What the REST API of privacy takes and gives back."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.customers.domain.drafts import MAX_TEXT
from guanxi.customers.schemas.fields import CleanText
from guanxi.customers.schemas.taken import PageSchema
from guanxi.privacy.domain.requests import KINDS
from guanxi.privacy.models import PrivacyRequest


class PrivacyRequestDraftSchema(Schema):
    """What a person asked for, and how."""

    customer_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    note = CleanText(MAX_TEXT, allow_none=True, load_default=None)


class PrivacyRequestFilterSchema(PageSchema):
    """Which requests are wanted."""

    customer_id = fields.UUID()


class PrivacyRequestSchema(Schema):
    """A request; ``error`` says why it is still open, ``has_file`` whether there is an archive."""

    id = fields.UUID()
    customer_id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    note = fields.String(allow_none=True)
    error = fields.String(allow_none=True)
    actor = fields.String()
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)
    has_file = fields.Boolean()


class PrivacyRequestPageSchema(Schema):
    """A page of requests, the latest first."""

    items = fields.List(fields.Nested(PrivacyRequestSchema))
    next = fields.String(allow_none=True)


def shown(request: PrivacyRequest) -> dict[str, Any]:
    """Return one request."""
    names = ("id", "customer_id", "kind", "state", "note", "error", "created_at", "finished_at")
    values = {name: getattr(request, name) for name in names}
    return {**values, "actor": request.actor_name, "has_file": request.file_name is not None}
