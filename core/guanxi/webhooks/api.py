"""The REST API of webhooks: endpoints, their secrets, the log of deliveries."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from guanxi.db import json
from guanxi.http import current
from guanxi.http.routes import Api
from guanxi.webhooks.checking import checked_draft, known_events
from guanxi.webhooks.domain import endpoints, log
from guanxi.webhooks.domain.enqueueing import enqueue_test
from guanxi.webhooks.schemas import (
    NewWebhookSchema,
    WebhookDeliverySchema,
    WebhookDraftSchema,
    WebhookLogFilterSchema,
    WebhookLogSchema,
    WebhookSchema,
    WebhookSecretSchema,
    WebhooksSchema,
    WebhookTestSchema,
    shown_delivery,
    shown_endpoint,
)

MANAGE = "webhooks.manage"

api = Api("webhooks", __name__, description="Other systems that are told what happens")


@api.get("", permission=MANAGE)
@api.response(200, WebhooksSchema)
def list_endpoints() -> Response:
    """All endpoints, the newest first."""
    found = endpoints.list_endpoints(current.session())
    return _answer({"items": [shown_endpoint(endpoint) for endpoint in found]})


@api.post("", permission=MANAGE)
@api.arguments(WebhookDraftSchema())
@api.response(201, NewWebhookSchema)
def create_endpoint(values: dict[str, Any]) -> Response:
    """Make an endpoint; its secret is in this answer and nowhere else."""
    endpoint, secret = endpoints.create_endpoint(
        current.tx(),
        checked_draft(endpoints.EndpointDraft(**values)),
        current.platform().secrets,
        known=known_events(),
        now=current.now(),
    )
    response = _answer(shown_endpoint(endpoint) | {"active": True, "secret": secret}, 201)
    response.headers["Location"] = url_for("api_webhooks.show_endpoint", endpoint_id=endpoint.id)
    return response


@api.get("/<uuid:endpoint_id>", permission=MANAGE)
@api.response(200, WebhookSchema)
def show_endpoint(endpoint_id: UUID) -> Response:
    """One endpoint."""
    return _answer(shown_endpoint(endpoints.find_endpoint(current.session(), endpoint_id)))


@api.put("/<uuid:endpoint_id>", permission=MANAGE)
@api.arguments(WebhookDraftSchema())
@api.response(200, WebhookSchema)
def change_endpoint(values: dict[str, Any], endpoint_id: UUID) -> Response:
    """Change an endpoint; switching it on again sends what waits for it."""
    endpoint = endpoints.change_endpoint(
        current.tx(),
        endpoint_id,
        checked_draft(endpoints.EndpointDraft(**values)),
        known=known_events(),
        now=current.now(),
    )
    return _answer(shown_endpoint(endpoint))


@api.delete("/<uuid:endpoint_id>", permission=MANAGE)
@api.response(204)
def delete_endpoint(endpoint_id: UUID) -> None:
    """Remove an endpoint with its log."""
    endpoints.delete_endpoint(current.tx(), endpoint_id)


@api.post("/<uuid:endpoint_id>/secret", permission=MANAGE)
@api.response(200, WebhookSecretSchema)
def renew_secret(endpoint_id: UUID) -> Response:
    """Make a new secret; the old one signs, too, for another day."""
    box = current.platform().secrets
    secret = endpoints.renew_secret(current.tx(), endpoint_id, box, now=current.now())
    return _answer({"secret": secret})


@api.post("/<uuid:endpoint_id>/test", permission=MANAGE)
@api.response(202, WebhookTestSchema)
def send_test(endpoint_id: UUID) -> Response:
    """Send a test; the log tells what came of it."""
    message_id = enqueue_test(current.tx(), endpoint_id, now=current.now())
    return _answer({"message_id": message_id}, 202)


@api.get("/<uuid:endpoint_id>/deliveries", permission=MANAGE)
@api.arguments(WebhookLogFilterSchema(), location="query")
@api.response(200, WebhookLogSchema)
def list_deliveries(query: dict[str, Any], endpoint_id: UUID) -> Response:
    """The log of one endpoint, the newest first."""
    session, limit = current.session(), query.pop("limit")
    endpoints.find_endpoint(session, endpoint_id)
    found = log.newest(session, endpoint_id, **query, limit=limit + 1)
    page = found[:limit]
    following = page[-1].number if len(found) > limit else None
    return _answer({"items": [shown_delivery(one) for one in page], "next": following})


@api.post("/<uuid:endpoint_id>/deliveries/<int:number>/replay", permission=MANAGE)
@api.response(202, WebhookDeliverySchema)
def replay(endpoint_id: UUID, number: int) -> Response:
    """Send one delivery again, under its old message id."""
    found = log.send_again(current.tx(), endpoint_id, number, now=current.now())
    return _answer(shown_delivery(found), 202)


def _answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps_bytes(body), status, content_type="application/json")
