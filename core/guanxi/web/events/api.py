"""The log of events by API, for systems that follow along and would rather ask than be told."""

from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import Select, select

from guanxi.access.rows import owner_rule
from guanxi.customers.models import Customer
from guanxi.customers.schemas.fields import CleanText, Limit
from guanxi.db import json
from guanxi.events.feed import read_feed
from guanxi.events.models import EventRow
from guanxi.http import current
from guanxi.http.routes import Api
from guanxi.i18n import _

api = Api("events", __name__, description="What happened, in order")


class Position(fields.Field[int]):
    """A position of the log in a query."""

    def __init__(self) -> None:
        metadata = {
            "type": "integer",
            "minimum": 0,
            "maximum": 2**62,
            "default": 0,
            "description": "`position` of the answer before; 0 begins with the first event.",
        }
        super().__init__(load_default=0, metadata=metadata)

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> int:
        text = str(value)
        if text.isdecimal() and text.isascii() and len(text) < 20 and int(text) <= 2**62:
            return int(text)
        raise ValidationError(_("Send the position of the answer before, or 0."))


class EventFilterSchema(Schema):
    """From where on the log is read, and which events."""

    after = Position()
    kind = CleanText(
        2_000, metadata={"description": "Only events of this name, or names with commas between."}
    )
    customer_id = fields.UUID()
    limit = Limit(usual=100, most=500)


class LogEventSchema(Schema):
    """An event. ``payload`` holds the fields of its kind, see the reference of events."""

    position = fields.Integer()
    kind = fields.String()
    version = fields.Integer()
    customer_id = fields.UUID(allow_none=True)
    recorded_at = fields.AwareDateTime()
    actor = fields.String()
    request_id = fields.String(allow_none=True)
    payload = fields.Dict()


class EventFeedSchema(Schema):
    """A page of the log; ``position`` goes into the next ``after``, whether ``more`` or not."""

    items = fields.List(fields.Nested(LogEventSchema), validate=validate.Length(max=500))
    position = fields.Integer()
    more = fields.Boolean()


@api.get("", permission="events.read")
@api.arguments(EventFilterSchema(), location="query")
@api.response(200, EventFeedSchema)
def list_events(query: dict[str, Any]) -> Response:
    """Events in the order in which they happened, from a position on; none is ever skipped.

    Ask again with ``position`` as ``after``, at once while ``more`` is true, else after a while.
    Whoever sees only some customers gets the events of those.
    """
    kinds = [name for name in query.get("kind", "").split(",") if name]
    feed = read_feed(
        current.session(),
        after=query["after"],
        limit=query["limit"],
        kinds=kinds,
        customer_id=query.get("customer_id"),
        visible=_visible(),
    )
    body = {
        "items": [_shown(event) for event in feed.events],
        "position": feed.position,
        "more": feed.more,
    }
    return Response(json.dumps_bytes(body), content_type="application/json")


def _visible() -> Select[Any] | None:
    principal = current.principal()
    if principal.scope == "all":
        return None
    table = Customer.__table__
    return select(table.c.id).where(owner_rule(principal, table.c.owner_id))


def _shown(event: EventRow) -> dict[str, Any]:
    names = ("position", "kind", "version", "customer_id", "recorded_at", "request_id", "payload")
    return {**{name: getattr(event, name) for name in names}, "actor": event.actor_name}
