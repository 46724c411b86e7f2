"""Planned contacts and the effectiveness of contacts in JSON."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.touchpoints.domain import drafts
from guanxi.touchpoints.domain.effectiveness import Effectiveness
from guanxi.touchpoints.domain.planning import MAX_NOTE
from guanxi.touchpoints.models import PlannedContact
from guanxi.touchpoints.schemas.fields import CleanText, Instant

_SHOWN = ("id", "customer_id", "due_on", "staff_id", "channel", "note", "state", "version")


class PlanSchema(Schema):
    """A contact to be planned."""

    customer_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    staff_id = fields.UUID(allow_none=True)
    channel = CleanText(drafts.MAX_KEY, allow_none=True)
    note = CleanText(MAX_NOTE, allow_none=True)


class ShownPlanSchema(PlanSchema):
    """A planned contact as it is shown."""

    id = fields.UUID()
    state = fields.String()
    version = fields.Integer()


class PlansSchema(Schema):
    """The next contacts with a customer, soonest first."""

    items = fields.List(fields.Nested(ShownPlanSchema))


class OfCustomerSchema(Schema):
    """Whose plans are wanted."""

    customer_id = fields.UUID(required=True)


class RangeSchema(Schema):
    """Which contacts count, and by what they are grouped."""

    since = Instant(required=True)
    until = Instant(required=True)
    by = fields.String(
        load_default="channel", validate=validate.OneOf(("channel", "kind", "staff_id"))
    )


class EffectivenessSchema(Schema):
    """Counts and rates of one group; a rate is null where nothing was counted."""

    group = fields.String(allow_none=True)
    contacts = fields.Integer()
    answered = fields.Integer()
    judged = fields.Integer()
    succeeded = fields.Integer()
    response_rate = fields.Float(allow_none=True)
    success_rate = fields.Float(allow_none=True)


class EffectivenessListSchema(Schema):
    """All groups, the most contacts first."""

    items = fields.List(fields.Nested(EffectivenessSchema))


def shown_plan(plan: PlannedContact) -> dict[str, Any]:
    """Return a plan as ``ShownPlanSchema`` describes it."""
    return {name: getattr(plan, name) for name in _SHOWN}


def shown_effectiveness(rows: Sequence[Effectiveness]) -> list[dict[str, Any]]:
    """Return rows as ``EffectivenessSchema`` describes them."""
    names = EffectivenessSchema().fields
    return [{name: getattr(row, name) for name in names} for row in rows]
