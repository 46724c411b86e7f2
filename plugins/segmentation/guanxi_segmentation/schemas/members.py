"""What the API takes and gives back about who is in a segment: stays, decisions by hand, why."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_segmentation.membership.pins import LONGEST_LIST, LONGEST_REASON, Listed
from guanxi_segmentation.models import Membership, Pin
from guanxi_segmentation.schemas.instants import AsOf

LONGEST_WORD: Final = 300


class SegmentMembersQuerySchema(Schema):
    """A page of members; ``at`` asks for those of a past instant."""

    at = AsOf()
    limit = web.Limit()
    cursor = web.Cursor()


class SegmentMemberSchema(Schema):
    """A stay in a segment."""

    customer_id = fields.UUID()
    entered_at = fields.DateTime()
    entered_cause = fields.String()
    left_at = fields.DateTime(allow_none=True)
    left_cause = fields.String(allow_none=True)
    rule_version = fields.Integer()


class SegmentMembersSchema(Schema):
    """Members in the order of their ids, and where the next page begins."""

    items = fields.List(fields.Nested(SegmentMemberSchema))
    next = fields.String(allow_none=True)


class SegmentStaySchema(SegmentMemberSchema):
    """A stay of a customer."""

    segment = fields.String()


class SegmentStaysSchema(Schema):
    """The stays of a customer: those that last first, then the latest."""

    items = fields.List(fields.Nested(SegmentStaySchema))


class SegmentPinDraftSchema(Schema):
    """A decision by hand, which wins over the rule."""

    included = web.Flag(required=True)
    reason = web.CleanText(LONGEST_REASON, allow_none=True, load_default=None)


class SegmentPinSchema(Schema):
    """A decision by hand about one customer."""

    customer_id = fields.UUID()
    included = fields.Boolean()
    reason = fields.String(allow_none=True)
    at = fields.DateTime()
    actor_name = fields.String()


class SegmentPinsSchema(Schema):
    """Decisions in the order of the customers' ids, and where the next page begins."""

    items = fields.List(fields.Nested(SegmentPinSchema))
    next = fields.String(allow_none=True)


class SegmentPageSchema(Schema):
    """Which page is wanted."""

    limit = web.Limit()
    cursor = web.Cursor()


class SegmentListedDraftSchema(Schema):
    """Customers to be taken in: their ids, e-mail addresses, phone numbers or foreign ids."""

    words = fields.List(
        web.CleanText(LONGEST_WORD, filled=True),
        required=True,
        validate=validate.Length(min=1, max=LONGEST_LIST),
    )
    reason = web.CleanText(LONGEST_REASON, allow_none=True, load_default=None)


class SegmentListedSchema(Schema):
    """What became of a list."""

    added = fields.Integer()
    already = fields.Integer()
    not_known = fields.List(fields.String(), attribute="unknown", data_key="unknown")


class SegmentMovementQuerySchema(Schema):
    """Which calendar days are wanted, both included; at most two years."""

    first = web.Day(required=True)
    last = web.Day(required=True)


class SegmentMovementDaySchema(Schema):
    """One day of a segment: who entered and left, and how many were in at its end."""

    day = fields.Date()
    entered = fields.Integer()
    left = fields.Integer()
    size = fields.Integer()


class SegmentMovementSchema(Schema):
    """A segment day by day."""

    items = fields.List(fields.Nested(SegmentMovementDaySchema))


class SegmentExplanationSchema(Schema):
    """Why a customer is in a segment or is not.

    ``fits`` is the rule's verdict, which a ``pin`` overrules; null for a list, and where the rule
    cannot be worked out now. ``tree`` has a verdict for each condition.
    """

    customer_id = fields.UUID()
    segment = fields.String()
    member = fields.Boolean()
    fits = fields.Boolean(allow_none=True)
    stay = fields.Nested(SegmentMemberSchema, allow_none=True)
    pin = fields.Nested(SegmentPinSchema, allow_none=True)
    tree = web.Object(allow_none=True)


def shown_stay(stay: Membership) -> dict[str, Any]:
    """Return a stay as ``SegmentMemberSchema`` describes it."""
    return {name: getattr(stay, name) for name in SegmentMemberSchema().fields}


def shown_pin(pin: Pin) -> dict[str, Any]:
    """Return a decision as ``SegmentPinSchema`` describes it."""
    return {name: getattr(pin, name) for name in SegmentPinSchema().fields}


def shown_listed(listed: Listed) -> dict[str, Any]:
    """Return what became of a list."""
    return {name: getattr(listed, name) for name in ("added", "already", "unknown")}
