"""Turn events of the log into deliveries: one row per event and endpoint that wants it.

The reader ``core.webhooks`` calls :func:`enqueue`; the rows commit with its bookmark.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from guanxi.db import json, write_context
from guanxi.db.inserting import Rows, insert_rows
from guanxi.events.codec import encode, kind_of
from guanxi.events.vocabulary import Event
from guanxi.ids import new_id
from guanxi.webhooks.domain.endpoints import ALL, find_endpoint
from guanxi.webhooks.domain.scheduling import send_soon
from guanxi.webhooks.models import WebhookDelivery, WebhookEndpoint

READER: Final = "core.webhooks"
MAX_BODY: Final = 20_000
"""Bytes; the specification asks for small bodies. Lines of a larger touchpoint are left out."""
TEST: Final = "webhook.test"
_TABLE: Final[Table] = WebhookDelivery.__table__  # type: ignore[assignment]
_COLUMNS: Final = (
    "endpoint_id", "message_id", "position", "kind", "body", "state", "next_try_at", "created_at",
)  # fmt: skip


def enqueue(session: Session, events: Sequence[Event]) -> None:
    """Note for each active endpoint what it is to be told; twice notes it once."""
    endpoints = session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.active)).all()
    if not endpoints:
        return
    now = write_context(session).now
    bodies = {event.position: body_of(event) for event in events}
    for endpoint in endpoints:
        rows = [
            _row(endpoint.id, event.position, kind_of(type(event)), bodies[event.position], now)
            for event in events
            if event.position > endpoint.since_position and _wanted(endpoint, event)
        ]
        if insert_rows(session, Rows(_TABLE, _COLUMNS, rows, skip_existing=True)):
            send_soon(session, endpoint.id)


def enqueue_test(session: Session, endpoint_id: UUID, *, now: datetime) -> str:
    """Send a test to one endpoint, and return the message's id.

    :raises NoSuchEndpoint: there is none with that id.
    """
    endpoint = find_endpoint(session, endpoint_id)
    body = _packed(TEST, now, {"endpoint_id": endpoint.id})
    row = _row(endpoint.id, None, TEST, body, now)
    insert_rows(session, Rows(_TABLE, _COLUMNS, [row]))
    send_soon(session, endpoint.id)
    return str(row[1])


def body_of(event: Event) -> str:
    """Return what is sent of ``event``: its type, instant and payload, without personal data."""
    data = {"position": event.position, "customer_id": event.customer_id, "version": event.version,
            **encode(event)}  # fmt: skip
    kind = kind_of(type(event))
    body = _packed(kind, event.recorded_at, data)
    if len(body.encode()) > MAX_BODY:
        body = _packed(kind, event.recorded_at, _without_lines(json.loads(json.dumps(data))))
    return body


def _without_lines(value: Any) -> Any:
    """Return ``value`` with every list of lines replaced by how many there were."""
    if isinstance(value, dict):
        return {
            ("lines_omitted" if key == "lines" else key): (
                len(inner) if key == "lines" else _without_lines(inner)
            )
            for key, inner in value.items()
        }
    return value


def _packed(kind: str, at: datetime | None, data: dict[str, Any]) -> str:
    return json.dumps({"type": kind, "timestamp": at, "data": data})


def _wanted(endpoint: WebhookEndpoint, event: Event) -> bool:
    return ALL in endpoint.events or kind_of(type(event)) in endpoint.events


def _row(
    endpoint_id: UUID, position: int | None, kind: str, body: str, now: datetime
) -> tuple[Any, ...]:
    return endpoint_id, f"msg_{new_id().hex}", position, kind, body, "pending", now, now
