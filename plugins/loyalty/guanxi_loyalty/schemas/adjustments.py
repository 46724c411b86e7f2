"""Adjustments that wait for a second person, as operations take and show them."""

from typing import Any

from marshmallow import Schema, fields

from guanxi.sdk import web
from guanxi_loyalty.models import AdjustmentRequest
from guanxi_loyalty.schemas.points import LoyaltyAdjustmentSchema, LoyaltyReceiptSchema

_NAMES = (
    *("id", "customer_id", "amount", "reason", "state", "asked_at", "asked_name"),
    *("decided_at", "decided_name", "answer", "transaction_id"),
)


class LoyaltyAdjustmentRequestSchema(Schema):
    """An adjustment that was asked for: ``waiting``, ``approved``, ``refused``, ``withdrawn``."""

    id = fields.UUID(required=True)
    customer_id = fields.UUID(required=True)
    amount = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    asked_name = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_name = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    transaction_id = fields.UUID(required=True, allow_none=True)


class LoyaltyAdjustmentRequestsSchema(Schema):
    """What waits for members within sight, the oldest first."""

    items = fields.List(fields.Nested(LoyaltyAdjustmentRequestSchema), required=True)


class LoyaltyAskedAdjustmentSchema(LoyaltyAdjustmentSchema):
    """As an adjustment; above the programme's limit it waits for a second person."""

    class Meta:
        """It is noted or made at once, so there is nothing to try."""

        exclude = ("dry_run",)


class LoyaltyAdjustedSchema(Schema):
    """Either what was done at once, or what waits now."""

    receipt = fields.Nested(LoyaltyReceiptSchema, required=True, allow_none=True)
    request = fields.Nested(LoyaltyAdjustmentRequestSchema, required=True, allow_none=True)


class LoyaltyRefusalSchema(Schema):
    """What whoever asked is told."""

    answer = web.CleanText(500, load_default="")


def shown_request(found: AdjustmentRequest) -> dict[str, Any]:
    """Return an adjustment that was asked for, as JSON values."""
    return {name: getattr(found, name) for name in _NAMES}
