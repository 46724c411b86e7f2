"""Endpoints (接收地址): make, change, give a new secret, remove."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.text import clean_text
from guanxi.events import horizon
from guanxi.ids import new_id
from guanxi.webhooks.domain.faults import InvalidEndpoint, NoSuchEndpoint
from guanxi.webhooks.domain.scheduling import send_soon
from guanxi.webhooks.domain.secrets import new_secret
from guanxi.webhooks.models import WebhookEndpoint

ALL: Final = "*"
MAX_TITLE: Final = 120
MAX_URL: Final = 2000
MAX_EVENTS: Final = 200
OLD_SECRET_FOR: Final = timedelta(hours=24)


class Box(Protocol):
    """What encrypts secrets; ``access.secrets.SecretsBox`` does."""

    def encrypt(self, plain: str) -> str:
        """Return the text that may be stored."""
        ...

    def decrypt(self, stored: str) -> str:
        """Return the secret."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDraft:
    """An endpoint as somebody wants it; ``events`` are names in the log, or ``*`` for all."""

    url: str
    events: Sequence[str] = (ALL,)
    title: str = ""
    active: bool = True


def list_endpoints(session: Session) -> Sequence[WebhookEndpoint]:
    """Return all endpoints, the newest first."""
    return session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id.desc())).all()


def find_endpoint(session: Session, endpoint_id: UUID, *, lock: bool = False) -> WebhookEndpoint:
    """Return an endpoint.

    :raises NoSuchEndpoint: there is none with that id.
    """
    query = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NoSuchEndpoint
    return found


def create_endpoint(
    session: Session, draft: EndpointDraft, box: Box, *, known: Collection[str], now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint that is told what happens from now on; return it and its secret.

    :param known: the names of events that there are.
    :raises InvalidEndpoint: a field that does not do.
    """
    values = _checked(draft, known)
    secret = new_secret()
    endpoint = WebhookEndpoint(
        id=new_id(),
        **values,
        secret=box.encrypt(secret),
        since_position=horizon(session),
        created_at=now,
        changed_at=now,
    )
    session.add(endpoint)
    session.flush()
    audit.record(session, "webhook.created", ("webhook", endpoint.id), after=values)
    return endpoint, secret


def change_endpoint(
    session: Session,
    endpoint_id: UUID,
    draft: EndpointDraft,
    *,
    known: Collection[str],
    now: datetime,
) -> WebhookEndpoint:
    """Change an endpoint; one that is switched on again is told what waits for it.

    :raises NoSuchEndpoint: there is none with that id.
    :raises InvalidEndpoint: a field that does not do.
    """
    endpoint = find_endpoint(session, endpoint_id, lock=True)
    values = _checked(draft, {*known, *endpoint.events})
    before, after = audit.difference({name: getattr(endpoint, name) for name in values}, values)
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.changed_at = now
    if endpoint.active:
        endpoint.disabled_reason = endpoint.paused_until = None
        send_soon(session, endpoint.id)
    if after:
        audit.record(
            session, "webhook.changed", ("webhook", endpoint.id), before=before, after=after
        )
    return endpoint


def renew_secret(session: Session, endpoint_id: UUID, box: Box, *, now: datetime) -> str:
    """Give an endpoint a new secret and return it; the old one signs, too, for another day.

    :raises NoSuchEndpoint: there is none with that id.
    """
    endpoint = find_endpoint(session, endpoint_id, lock=True)
    secret = new_secret()
    endpoint.previous_secret, endpoint.secret = endpoint.secret, box.encrypt(secret)
    endpoint.previous_until, endpoint.changed_at = now + OLD_SECRET_FOR, now
    audit.record(session, "webhook.secret_renewed", ("webhook", endpoint.id))
    return secret


def delete_endpoint(session: Session, endpoint_id: UUID) -> None:
    """Remove an endpoint with its log.

    :raises NoSuchEndpoint: there is none with that id.
    """
    endpoint = find_endpoint(session, endpoint_id, lock=True)
    audit.record(session, "webhook.deleted", ("webhook", endpoint_id), before={"url": endpoint.url})
    session.execute(delete(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id))


def _checked(draft: EndpointDraft, known: Collection[str]) -> dict[str, Any]:
    url = clean_text(draft.url, MAX_URL)
    if not url:
        raise InvalidEndpoint("Write the address, like https://example.com/hook.", field="url")
    events = sorted(set(draft.events))
    if ALL in events:
        events = [ALL]
    unknown = [name for name in events if name != ALL and name not in known]
    if not events or unknown or len(events) > MAX_EVENTS:
        raise InvalidEndpoint("Choose at least one of the events that there are.", field="events")
    title = clean_text(draft.title, MAX_TITLE)
    return {"url": url, "title": title, "events": events, "active": draft.active}
