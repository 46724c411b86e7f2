"""What the API gives back: touchpoints with and without lines, results of a bulk call.

The functions fill in what the schemas describe; going through marshmallow for each row would
cost more than reading it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from marshmallow import Schema, fields

from guanxi.events.vocabulary import Line
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import Recorded
from guanxi.touchpoints.models import Touchpoint


class ShownTouchpointLineSchema(Schema):
    """A line as it is shown; numbers are strings."""

    product = fields.String()
    description = fields.String(allow_none=True)
    quantity = fields.String()
    unit_price = fields.String()


class TouchpointRowSchema(Schema):
    """A touchpoint as a list shows it, without its lines."""

    id = fields.UUID()
    customer_id = fields.UUID(allow_none=True)
    customer_hint = fields.String(allow_none=True)
    channel = fields.String()
    kind = fields.String()
    direction = fields.String()
    occurred_at = fields.AwareDateTime()
    staff_id = fields.UUID(allow_none=True)
    subject = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    amount = fields.String(allow_none=True)
    currency = fields.String(allow_none=True)
    source = fields.String()
    external_id = fields.String(allow_none=True)
    state = fields.String()
    state_reason = fields.String(allow_none=True)
    version = fields.Integer()
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()


class TouchpointSchema(TouchpointRowSchema):
    """A touchpoint with its lines."""

    lines = fields.List(fields.Nested(ShownTouchpointLineSchema))


class TouchpointPageSchema(Schema):
    """A page of touchpoints; ``next`` is the cursor of the following one, or null."""

    items = fields.List(fields.Nested(TouchpointRowSchema))
    next = fields.String(allow_none=True)


class TouchpointBulkResultSchema(Schema):
    """What became of one item: its id, or what is wrong with it."""

    status = fields.Integer()
    id = fields.UUID()
    customer_id = fields.UUID(allow_none=True)
    code = fields.String()
    title = fields.String()
    errors = fields.Dict()


class TouchpointBulkAnswerSchema(Schema):
    """An answer for each item, in their order."""

    results = fields.List(fields.Nested(TouchpointBulkResultSchema))


class AssignedSchema(Schema):
    """How many touchpoints changed."""

    assigned = fields.Integer()


_SHOWN: Final = tuple(TouchpointRowSchema().fields)


def shown(touchpoint: Touchpoint) -> dict[str, Any]:
    """Return a touchpoint as ``TouchpointSchema`` describes it, without its lines."""
    return {name: getattr(touchpoint, name) for name in _SHOWN}


def shown_new(recorded: Recorded, draft: Draft, now: datetime) -> dict[str, Any]:
    """Return a touchpoint that was recorded just now, without reading it again."""
    return {
        "id": recorded.id,
        "customer_id": recorded.customer_id,
        "customer_hint": draft.customer_hint,
        "channel": draft.channel,
        "kind": draft.kind,
        "direction": draft.direction,
        "occurred_at": draft.occurred_at,
        "staff_id": draft.staff_id,
        "subject": draft.subject,
        "note": draft.note,
        "outcome": draft.outcome,
        "amount": draft.amount,
        "currency": draft.currency,
        "source": draft.source,
        "external_id": draft.external_id,
        "state": "recorded",
        "state_reason": None,
        "version": recorded.version,
        "created_at": now,
        "updated_at": now,
        "lines": shown_lines(draft.lines),
    }


def shown_lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return lines as ``ShownTouchpointLineSchema`` describes them."""
    return [
        {
            "product": line.product,
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
        }
        for line in lines
    ]
