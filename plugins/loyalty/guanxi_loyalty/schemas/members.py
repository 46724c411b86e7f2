"""What the API takes and gives back about the link to a member's own page."""

from marshmallow import Schema, fields


class LoyaltyMemberLinkAskSchema(Schema):
    """Whether the links before end; without it the one there is comes back."""

    renew = fields.Boolean(load_default=False)


class LoyaltyMemberLinkSchema(Schema):
    """The address, and when it opens nothing any more. Whoever has it sees the member's page."""

    address = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class LoyaltyMemberLinksEndedSchema(Schema):
    """How many links were ended."""

    ended = fields.Integer(required=True)
