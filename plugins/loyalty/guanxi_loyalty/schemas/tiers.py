"""What the API takes and gives back about tiers: their versions, and where a member stands."""

from marshmallow import Schema, fields

from guanxi.sdk import web


class LoyaltyTiersDraftSchema(Schema):
    """Other tiers, in force now or from ``since`` on.

    ``definition`` holds tiers, basis, window, months, downgrade, soft_landing and grace_months.
    """

    definition = web.Object(required=True)
    since = fields.AwareDateTime(load_default=None, allow_none=True)


class LoyaltyTierVersionSchema(Schema):
    """Tiers with the instant from which they are in force."""

    since = fields.AwareDateTime(required=True)
    definition = fields.Dict(required=True)


class LoyaltyTierVersionsSchema(Schema):
    """All versions of a programme's tiers, the first one first."""

    items = fields.List(fields.Nested(LoyaltyTierVersionSchema), required=True)


class LoyaltyTierChangeSchema(Schema):
    """How a member came into a tier; ``cause``: reached, lapsed, fell, taken_back or policy."""

    at = fields.AwareDateTime(required=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True)
    cause = fields.String(required=True)
    counted = fields.Integer(required=True)


class LoyaltyMemberTierSchema(Schema):
    """Where a member stands now, and the changes that led there, the latest first."""

    tier = fields.String(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    changes = fields.List(fields.Nested(LoyaltyTierChangeSchema), required=True)
