"""A receiver that really listens, endpoints, and a reader that delivers the log to them."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from guanxi.clock import utc_now
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Actor
from guanxi.delivery.at_work import ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.webhook_reader import webhook_reader
from guanxi.platform import Platform
from guanxi.webhooks.domain.endpoints import EndpointDraft, create_endpoint
from guanxi.webhooks.models import WebhookDelivery, WebhookEndpoint


@dataclass
class Receiver:
    """What other systems run: keeps each call; answers ``status``, or by the call's number."""

    port: int = 0
    status: int = 200
    statuses: list[int] = field(default_factory=list)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the receiver."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The message ids in the order of their arrival."""
        return [headers["webhook-id"] for headers, _ in self.calls]

    def verified(self, secret: str) -> list[Any]:
        """Check all signatures as a receiver does and return the bodies."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.calls]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real HTTP server."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.calls.append((headers, body))
            self.send_response(state.statuses.pop(0) if state.statuses else state.status)
            self.end_headers()
            self.wfile.write(b"said\x00so")

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def office(platform: Platform, receiver: Receiver) -> Platform:
    """A platform whose admin allowed calls to the receiver."""
    with writing(platform) as session:
        platform.settings.change(
            session, "core", {"outbound_allowed": [f"127.0.0.1:{receiver.port}"]}
        )
    platform.host.refresh_from(platform.database)
    return platform


def writing(platform: Platform, now: datetime | None = None) -> Any:
    """Open a transaction."""
    return platform.database.write(Actor("system", "test"), now=now or utc_now())


def endpoint(platform: Platform, url: str, *events: str) -> tuple[UUID, str]:
    """Make an endpoint; return its id and secret."""
    with writing(platform) as session:
        made, secret = create_endpoint(
            session,
            EndpointDraft(url=url, events=events or ("*",)),
            platform.secrets,
            known=platform.vocabulary.classes.keys(),
            now=utc_now(),
        )
        return made.id, secret


def customers(platform: Platform, *names: str) -> list[UUID]:
    """Create customers, each in a transaction of its own."""
    made = []
    for name in names:
        with writing(platform) as session:
            made.append(create_customer(session, CustomerDraft(name=name), now=utc_now()).id)
    return made


def deliver(platform: Platform) -> None:
    """Let the reader of webhooks read the log."""
    readers = ReadersAtWork(platform, (webhook_reader,))()
    Delivery(platform.database, platform.vocabulary, strict=True).drain(readers)


def log_of(platform: Platform) -> list[WebhookDelivery]:
    """Return all deliveries in their order."""
    with platform.database.read() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.number)))


def state_of(platform: Platform, endpoint_id: UUID) -> WebhookEndpoint:
    """Return the endpoint as it stands."""
    with platform.database.read() as session:
        found = session.get(WebhookEndpoint, endpoint_id)
        assert found is not None
        return found
