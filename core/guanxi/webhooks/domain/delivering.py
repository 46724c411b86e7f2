"""The steps of telling one endpoint, each a short transaction; the calls lie between them.

One worker at a time holds an endpoint, by a lease. Deliveries go out in order. While a receiver
is down its endpoint is paused, so that order holds; a delivery that the receiver alone objects
to is tried again later, and the others go on.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.webhooks.domain.endpoints import Box
from guanxi.webhooks.domain.scheduling import send_soon
from guanxi.webhooks.domain.secrets import signed_headers
from guanxi.webhooks.models import WebhookDelivery, WebhookEndpoint

RETRY_AFTER: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=h) for h in (2, 5, 10, 14, 20, 24)),
)
"""After the first, second... failure; ten tries in about three days (Standard Webhooks)."""
LEASE: Final = timedelta(seconds=90)
GONE: Final = 410
_OVERLOADED: Final = frozenset({408, 425, 429})


class Parcel(NamedTuple):
    """One delivery, signed and ready to go."""

    number: int
    url: str
    headers: dict[str, str]
    body: str


class Outcome(NamedTuple):
    """What came of one try: the HTTP status, or the error where there was no answer."""

    status: int | None
    error: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_down(self) -> bool:
        """Whether the receiver is down or overloaded, rather than objecting to this delivery."""
        return self.status is None or self.status >= 500 or self.status in _OVERLOADED


def due_endpoints(session: Session, *, now: datetime) -> Sequence[UUID]:
    """Return the endpoints to which something is due and which are neither paused nor off."""
    e, d = WebhookEndpoint, WebhookDelivery
    waiting = select(d.number).where(
        d.endpoint_id == e.id, d.state == "pending", d.next_try_at <= now
    )
    return session.scalars(
        select(e.id).where(
            e.active, or_(e.paused_until.is_(None), e.paused_until <= now), waiting.exists()
        )
    ).all()


def take_lease(session: Session, endpoint_id: UUID, *, now: datetime) -> bool:
    """Become the one who sends to this endpoint; False where another is, or it is off or paused."""
    e = WebhookEndpoint
    taken = session.execute(
        update(e)
        .where(e.id == endpoint_id, e.active)
        .where(or_(e.leased_until.is_(None), e.leased_until <= now))
        .where(or_(e.paused_until.is_(None), e.paused_until <= now))
        .values(leased_until=now + LEASE)
        .returning(e.id)
    )
    return taken.one_or_none() is not None


def release(session: Session, endpoint_id: UUID) -> None:
    """Let others send to this endpoint."""
    session.execute(
        update(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).values(leased_until=None)
    )


def next_parcel(session: Session, endpoint_id: UUID, box: Box, *, now: datetime) -> Parcel | None:
    """Return the next delivery that is due, signed; None if there is none."""
    d, e = WebhookDelivery, WebhookEndpoint
    row = session.execute(
        select(d, e)
        .join(e, e.id == d.endpoint_id)
        .where(d.endpoint_id == endpoint_id, d.state == "pending", d.next_try_at <= now, e.active)
        .where(or_(e.paused_until.is_(None), e.paused_until <= now))
        .order_by(d.number)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    delivery, endpoint = row
    secrets = [box.decrypt(endpoint.secret)]
    if endpoint.previous_secret and endpoint.previous_until and endpoint.previous_until > now:
        secrets.append(box.decrypt(endpoint.previous_secret))
    headers = signed_headers(delivery.message_id, delivery.body, secrets, at=now)
    return Parcel(delivery.number, endpoint.url, headers, delivery.body)


def note(session: Session, number: int, outcome: Outcome, *, now: datetime) -> None:
    """Note what came of a try; plan the next one, pause or switch off the endpoint."""
    delivery = session.get(WebhookDelivery, number, with_for_update=True)
    if delivery is None:
        return
    endpoint = session.get(WebhookEndpoint, delivery.endpoint_id, with_for_update=True)
    if endpoint is None:
        return
    delivery.tries += 1
    delivery.status, delivery.error, delivery.tried_at = outcome.status, outcome.error, now
    endpoint.leased_until = now + LEASE
    if outcome.delivered:
        delivery.state, endpoint.paused_until = "delivered", None
    elif outcome.status == GONE:
        delivery.state = "failed"
        _switch_off(session, endpoint, "gone")
    elif delivery.tries > len(RETRY_AFTER):
        delivery.state = "failed"
        if outcome.is_down:
            _switch_off(session, endpoint, "unreachable")
    else:
        _try_later(session, endpoint, delivery, outcome, now)


def _try_later(
    session: Session,
    endpoint: WebhookEndpoint,
    delivery: WebhookDelivery,
    outcome: Outcome,
    now: datetime,
) -> None:
    pause = RETRY_AFTER[delivery.tries - 1] * random.uniform(0.9, 1.1)  # noqa: S311 -- jitter
    delivery.next_try_at = now + pause
    if outcome.is_down:
        endpoint.paused_until = delivery.next_try_at
    send_soon(session, endpoint.id, at=delivery.next_try_at)


def _switch_off(session: Session, endpoint: WebhookEndpoint, reason: str) -> None:
    endpoint.active, endpoint.disabled_reason = False, reason
    audit.record(
        session, "webhook.switched_off", ("webhook", endpoint.id), after={"reason": reason}
    )
