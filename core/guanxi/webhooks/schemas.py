"""What webhooks look like in JSON: what is taken, what is given back. Secrets are shown once."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.touchpoints.schemas.fields import CleanText, Flag, Limit
from guanxi.webhooks.domain import endpoints
from guanxi.webhooks.models import STATES, WebhookDelivery, WebhookEndpoint


class WebhookDraftSchema(Schema):
    """An endpoint as somebody wants it; ``events`` are names of events, or ``*`` for all."""

    url = CleanText(endpoints.MAX_URL, filled=True, required=True)
    title = CleanText(endpoints.MAX_TITLE, load_default="")
    events = fields.List(
        CleanText(120, filled=True),
        load_default=(endpoints.ALL,),
        validate=validate.Length(1, endpoints.MAX_EVENTS),
    )
    active = Flag(load_default=True)


class WebhookSchema(Schema):
    """An endpoint as it is shown."""

    id = fields.UUID()
    url = fields.String()
    title = fields.String()
    events = fields.List(fields.String())
    active = fields.Boolean()
    disabled_reason = fields.String(allow_none=True)
    paused_until = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()


class WebhooksSchema(Schema):
    """All endpoints, the newest first."""

    items = fields.List(fields.Nested(WebhookSchema))


class NewWebhookSchema(WebhookSchema):
    """A new endpoint with its secret, which is shown this once."""

    secret = fields.String()


class WebhookSecretSchema(Schema):
    """A new secret, shown this once."""

    secret = fields.String()


class WebhookDeliverySchema(Schema):
    """One entry of the log of deliveries; ``message_id`` is the same at every try."""

    number = fields.Integer()
    message_id = fields.String()
    kind = fields.String()
    state = fields.String()
    tries = fields.Integer()
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()
    tried_at = fields.AwareDateTime(allow_none=True)
    next_try_at = fields.AwareDateTime()


class WebhookLogFilterSchema(Schema):
    """Which deliveries are wanted; ``before`` is the number of the last one seen."""

    state = fields.String(validate=validate.OneOf(STATES))
    before = fields.Integer(validate=validate.Range(1, 2**62))
    limit = Limit()


class WebhookLogSchema(Schema):
    """A page of the log, the newest first; ``next`` goes into ``before``, or is null."""

    items = fields.List(fields.Nested(WebhookDeliverySchema))
    next = fields.Integer(allow_none=True)


class WebhookTestSchema(Schema):
    """The id under which something is sent."""

    message_id = fields.String()


_ENDPOINT: Final = tuple(WebhookSchema().fields)
_DELIVERY: Final = tuple(WebhookDeliverySchema().fields)


def shown_endpoint(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Return an endpoint as ``WebhookSchema`` describes it."""
    return {name: getattr(endpoint, name) for name in _ENDPOINT}


def shown_delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    """Return a delivery as ``WebhookDeliverySchema`` describes it."""
    return {name: getattr(delivery, name) for name in _DELIVERY}
