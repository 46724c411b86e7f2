"""What rewards look like in JSON: what is taken, what is given back."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.rewards.domain import fulfilling, requesting
from guanxi.rewards.models import STATES, Reward
from guanxi.touchpoints.schemas.fields import CleanText, Cursor, Instant, Limit, Number


class RewardDraftSchema(Schema):
    """A reward that somebody asks for; without a key of its own each call asks for another."""

    customer_id = fields.UUID(required=True)
    kind = CleanText(requesting.MAX_KIND, filled=True, required=True)
    reason = CleanText(requesting.MAX_REASON, filled=True, required=True)
    amount = Number(allow_none=True)
    unit = CleanText(requesting.MAX_UNIT, allow_none=True)
    expires_at = Instant(allow_none=True)
    source = CleanText(requesting.MAX_SOURCE, filled=True, load_default="api")
    idempotency_key = CleanText(requesting.MAX_KEY, filled=True)
    detail = fields.Dict(keys=fields.String(), load_default=dict)


class RewardGrantSchema(Schema):
    """How a reward is given by hand."""

    reference = CleanText(fulfilling.MAX_REFERENCE, allow_none=True)
    expires_at = Instant(allow_none=True)


class RewardRedemptionSchema(Schema):
    """How much of a reward is used; without an amount all that is left."""

    amount = Number(allow_none=True)


class RewardReasonSchema(Schema):
    """Why a reward is refused or taken back."""

    reason = CleanText(fulfilling.MAX_REASON, filled=True, required=True)


class FilterSchema(Schema):
    """Which rewards are wanted."""

    customer_id = fields.UUID()
    kind = CleanText(requesting.MAX_KIND)
    state = fields.String(validate=validate.OneOf(STATES))
    source = CleanText(requesting.MAX_SOURCE)
    fulfilled_by = CleanText(requesting.MAX_SOURCE)
    cursor = Cursor()
    limit = Limit()


class RewardSchema(Schema):
    """A reward as it is shown; amounts are strings and count ``unit``."""

    id = fields.UUID()
    customer_id = fields.UUID()
    kind = fields.String()
    amount = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    redeemed_amount = fields.String()
    reason = fields.String()
    source = fields.String()
    idempotency_key = fields.String()
    state = fields.String()
    state_reason = fields.String(allow_none=True)
    fulfilled_by = fields.String(allow_none=True)
    reference = fields.String(allow_none=True)
    detail = fields.Dict()
    requested_at = fields.AwareDateTime()
    granted_at = fields.AwareDateTime(allow_none=True)
    expires_at = fields.AwareDateTime(allow_none=True)
    changed_at = fields.AwareDateTime()
    version = fields.Integer()


class RewardPageSchema(Schema):
    """A page of rewards; ``next`` is the cursor of the following one, or null."""

    items = fields.List(fields.Nested(RewardSchema))
    next = fields.String(allow_none=True)


_SHOWN: Final = tuple(RewardSchema().fields)


def shown(reward: Reward) -> dict[str, Any]:
    """Return a reward as ``RewardSchema`` describes it."""
    return {name: getattr(reward, name) for name in _SHOWN}
