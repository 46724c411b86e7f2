"""The REST API of messages: send through the gate, list, settle; and the templates."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from guanxi.db import json
from guanxi.http import current
from guanxi.http.paging import encode_cursor, place_from
from guanxi.http.routes import Api
from guanxi.messages.domain import reading, settling, templates
from guanxi.messages.domain.drafts import MessageDraft
from guanxi.messages.domain.queueing import queue_message
from guanxi.messages.domain.stepping import find_message
from guanxi.messages.models import Message
from guanxi.messages.schemas import (
    MessageDraftSchema,
    MessageFilterSchema,
    MessagePageSchema,
    MessageSchema,
    MessageSettlingSchema,
    MessageTemplateSchema,
    MessageTemplatesSchema,
    shown,
)

SEND, MANAGE = "messages.send", "settings.manage"

api = Api("messages", __name__, description="Messages to customers, through the one gate")


@api.get("", permission=SEND)
@api.arguments(MessageFilterSchema(), location="query")
@api.response(200, MessagePageSchema)
def list_messages(query: dict[str, Any]) -> Response:
    """Messages, newest first, page by page."""
    limit, cursor = query.pop("limit"), query.pop("cursor", None)
    wanted = reading.MessageFilter(**query)
    found = reading.newest(current.session(), wanted, before=place_from(cursor), limit=limit + 1)
    page = found[:limit]
    more = len(found) > limit
    following = encode_cursor((page[-1].created_at, page[-1].id)) if more else None
    return _answer({"items": [shown(message) for message in page], "next": following})


@api.post("", permission=SEND)
@api.arguments(MessageDraftSchema())
@api.response(201, MessageSchema)
def send_message(values: dict[str, Any]) -> Response:
    """Queue a message; look at ``state`` and ``reason`` to see what the gate decided."""
    key = values.pop("idempotency_key", None) or request.headers.get("Idempotency-Key")
    message = queue_message(
        current.tx(), MessageDraft(**values, idempotency_key=key), now=current.now()
    )
    response = _answer(shown(message), 201)
    response.headers["Location"] = url_for("api_messages.show_message", message_id=message.id)
    return response


@api.get("/<uuid:message_id>", permission=SEND)
@api.response(200, MessageSchema)
def show_message(message_id: UUID) -> Response:
    """One message."""
    return _message(find_message(current.session(), message_id))


@api.post("/<uuid:message_id>/settle", permission=SEND)
@api.arguments(MessageSettlingSchema())
@api.response(200, MessageSchema)
def settle_message(values: dict[str, Any], message_id: UUID) -> Response:
    """Say whether a message of unknown outcome went out; if not, it is sent again."""
    went_out = values["went_out"]
    return _message(settling.settle(current.tx(), message_id, went_out=went_out, now=current.now()))


@api.post("/<uuid:message_id>/cancel", permission=SEND)
@api.response(200, MessageSchema)
def cancel_message(message_id: UUID) -> Response:
    """Keep a waiting message from going out."""
    return _message(settling.cancel(current.tx(), message_id))


@api.get("/templates", permission=SEND)
@api.response(200, MessageTemplatesSchema)
def list_templates() -> Any:
    """All templates by name."""
    return {"items": templates.list_templates(current.session())}


@api.post("/templates", permission=MANAGE)
@api.arguments(MessageTemplateSchema())
@api.response(201, MessageTemplateSchema)
def create_template(values: dict[str, Any]) -> Any:
    """Make a template."""
    return _save(values, None)


@api.put("/templates/<uuid:template_id>", permission=MANAGE)
@api.arguments(MessageTemplateSchema())
@api.response(200, MessageTemplateSchema)
def change_template(values: dict[str, Any], template_id: UUID) -> Any:
    """Change a template."""
    return _save(values, template_id)


@api.delete("/templates/<uuid:template_id>", permission=MANAGE)
@api.response(204)
def delete_template(template_id: UUID) -> None:
    """Delete a template; messages made from it stay."""
    templates.delete_template(current.tx(), template_id)


def _save(values: dict[str, Any], template_id: UUID | None) -> Any:
    session = current.tx()
    saved = templates.save_template(
        session, templates.TemplateDraft(**values), now=current.now(), template_id=template_id
    )
    return templates.find_template(session, saved)


def _message(message: Message) -> Response:
    return _answer(shown(message))


def _answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps_bytes(body), status, content_type="application/json")
