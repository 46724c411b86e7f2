"""What the API takes: a touchpoint to record, an amendment, an assignment, filters."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.events.vocabulary import Line
from guanxi.touchpoints.domain import drafts
from guanxi.touchpoints.domain.corrections import MAX_REASON
from guanxi.touchpoints.domain.drafts import Draft, in_zone
from guanxi.touchpoints.domain.lines import MAX_DESCRIPTION, MAX_LINES, MAX_PRODUCT
from guanxi.touchpoints.schemas.fields import CleanText, Cursor, Instant, Limit, Number

MAX_BULK: Final = 1_000
MAX_ZONE: Final = 60
_DIRECTION: Final = validate.OneOf(drafts.DIRECTIONS)
_STATE: Final = validate.OneOf(("recorded", "voided"))


class TouchpointLineSchema(Schema):
    """One line of a purchase or return."""

    product = CleanText(MAX_PRODUCT, filled=True, required=True)
    description = CleanText(MAX_DESCRIPTION, allow_none=True, load_default=None)
    quantity = Number(required=True)
    unit_price = Number(required=True)


class AmendSchema(Schema):
    """What can be changed of a touchpoint; fields that are not sent stay."""

    customer_id = fields.UUID(allow_none=True)
    customer_hint = CleanText(drafts.MAX_HINT, allow_none=True)
    channel = CleanText(drafts.MAX_KEY, filled=True)
    kind = CleanText(drafts.MAX_KEY, filled=True)
    direction = fields.String(validate=_DIRECTION)
    occurred_at = Instant()
    time_zone = CleanText(
        MAX_ZONE, metadata={"description": "IANA name; for an occurred_at without offset."}
    )
    staff_id = fields.UUID(allow_none=True)
    subject = CleanText(drafts.MAX_SUBJECT, allow_none=True)
    note = CleanText(drafts.MAX_NOTE, multiline=True, allow_none=True)
    outcome = CleanText(drafts.MAX_KEY, allow_none=True)
    amount = Number(allow_none=True)
    currency = CleanText(3, allow_none=True, metadata={"description": "ISO 4217"})
    lines = fields.List(
        fields.Nested(TouchpointLineSchema), validate=validate.Length(max=MAX_LINES)
    )


class TouchpointDraftSchema(AmendSchema):
    """A touchpoint to be recorded."""

    channel = CleanText(drafts.MAX_KEY, filled=True, required=True)
    kind = CleanText(drafts.MAX_KEY, filled=True, required=True)
    occurred_at = Instant(required=True)
    source = CleanText(drafts.MAX_KEY, filled=True)
    external_id = CleanText(drafts.MAX_EXTERNAL_ID, allow_none=True)


EXAMPLE: Final[Mapping[str, Any]] = {
    "channel": "website",
    "kind": "purchase",
    "customer_hint": "shop:1042",
    "occurred_at": "2026-11-02T10:30:00+08:00",
    "currency": "CNY",
    "lines": [{"product": "TEA-1", "quantity": "2", "unit_price": "88.00"}],
    "source": "shop",
    "external_id": "order-7001",
}
"""A purchase for the document of the API."""


class TouchpointAmendmentSchema(AmendSchema):
    """An amendment, and why."""

    reason = CleanText(MAX_REASON, allow_none=True)


class VoidingSchema(Schema):
    """Why something is taken back."""

    reason = CleanText(MAX_REASON, filled=True, required=True)


class AssignmentSchema(Schema):
    """Unassigned touchpoints, by id or by hint, and the customer they belong to."""

    customer_id = fields.UUID(required=True)
    touchpoint_ids = fields.List(fields.UUID(), validate=validate.Length(min=1, max=MAX_BULK))
    customer_hint = CleanText(drafts.MAX_HINT, filled=True)


ITEM: Final = "A TouchpointDraft. Anything else is refused for itself and does not stop the others."


class TouchpointBulkSchema(Schema):
    """Up to 1,000 touchpoints; each is checked for itself."""

    items = fields.List(
        fields.Raw(allow_none=True, metadata={"description": ITEM}),
        required=True,
        validate=validate.Length(min=1, max=MAX_BULK),
    )


class FilterSchema(Schema):
    """Which touchpoints are wanted; ``until`` itself is not included."""

    customer_id = fields.UUID()
    kind = CleanText(drafts.MAX_KEY)
    channel = CleanText(drafts.MAX_KEY)
    direction = fields.String(validate=_DIRECTION)
    outcome = CleanText(drafts.MAX_KEY)
    staff_id = fields.UUID()
    source = CleanText(drafts.MAX_KEY)
    external_id = CleanText(drafts.MAX_EXTERNAL_ID)
    state = fields.String(validate=_STATE)
    since = Instant()
    until = Instant()
    cursor = Cursor()
    limit = Limit()


def draft_from(values: Mapping[str, Any]) -> Draft:
    """Return the draft that a loaded ``TouchpointDraftSchema`` describes.

    :raises InvalidField: an unknown time zone.
    """
    return Draft(**changes_from(values))


def changes_from(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return loaded values as the rules take them: lines as lines, the instant in its zone.

    :raises InvalidField: an unknown time zone.
    """
    changes = dict(values)
    zone = changes.pop("time_zone", None)
    if zone and "occurred_at" in changes:
        changes["occurred_at"] = in_zone(changes["occurred_at"], zone)
    if "lines" in changes:
        changes["lines"] = tuple(Line(**line) for line in changes["lines"])
    return changes
