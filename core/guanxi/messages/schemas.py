"""What messages look like in JSON: what is taken, what is given back."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.customers.domain.consents import PURPOSES
from guanxi.messages.domain import drafts, templates
from guanxi.messages.domain.reasons import in_words
from guanxi.messages.models import STATES, Message
from guanxi.touchpoints.schemas.fields import CleanText, Cursor, Flag, Limit

_PURPOSE: Final = validate.OneOf(tuple(PURPOSES))


class MessageDraftSchema(Schema):
    """A message that is to be sent; without a key of its own each call is another message."""

    customer_id = fields.UUID(required=True)
    channel = CleanText(drafts.MAX_SOURCE, filled=True, required=True)
    purpose = fields.String(required=True, validate=_PURPOSE)
    subject = CleanText(drafts.MAX_SUBJECT, load_default="")
    body = CleanText(drafts.MAX_BODY, multiline=True, filled=True, required=True)
    urgent = Flag(load_default=False)
    source = CleanText(drafts.MAX_SOURCE, filled=True, load_default="api")
    idempotency_key = CleanText(drafts.MAX_KEY, filled=True)


class MessageSettlingSchema(Schema):
    """Whether a message of unknown outcome went out; if not, it is sent again."""

    went_out = Flag(required=True)


class MessageFilterSchema(Schema):
    """Which messages are wanted."""

    customer_id = fields.UUID()
    channel = CleanText(drafts.MAX_SOURCE)
    purpose = fields.String(validate=_PURPOSE)
    state = fields.String(validate=validate.OneOf(STATES))
    source = CleanText(drafts.MAX_SOURCE)
    cursor = Cursor()
    limit = Limit()


class MessageSchema(Schema):
    """A message as it is shown; ``reason`` says in words why it is in its state."""

    id = fields.UUID()
    customer_id = fields.UUID()
    channel = fields.String()
    purpose = fields.String()
    subject = fields.String()
    body = fields.String()
    urgent = fields.Boolean()
    source = fields.String()
    idempotency_key = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    provider_id = fields.String(allow_none=True)
    touchpoint_id = fields.UUID(allow_none=True)
    sender_name = fields.String()
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)


class MessagePageSchema(Schema):
    """A page of messages; ``next`` is the cursor of the following one, or null."""

    items = fields.List(fields.Nested(MessageSchema))
    next = fields.String(allow_none=True)


class MessageTemplateSchema(Schema):
    """A template of messages; an empty channel means every one."""

    id = fields.UUID(dump_only=True)
    name = CleanText(templates.MAX_NAME, filled=True, required=True)
    channel = CleanText(drafts.MAX_SOURCE, load_default="")
    purpose = fields.String(required=True, validate=_PURPOSE)
    subject = CleanText(drafts.MAX_SUBJECT, load_default="")
    body = CleanText(drafts.MAX_BODY, multiline=True, filled=True, required=True)


class MessageTemplatesSchema(Schema):
    """All templates by name."""

    items = fields.List(fields.Nested(MessageTemplateSchema))


_SHOWN: Final = tuple(MessageSchema().fields)


def shown(message: Message) -> dict[str, Any]:
    """Return a message as ``MessageSchema`` describes it."""
    values = {name: getattr(message, name) for name in _SHOWN}
    return values | {"reason": in_words(message.reason, message.reason_values) or None}
