"""The log of deliveries: look, send one again, forget old ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.webhooks.domain.faults import NoSuchDelivery
from guanxi.webhooks.domain.scheduling import send_soon
from guanxi.webhooks.models import WebhookDelivery

KEPT_FOR: Final = timedelta(days=30)


def newest(
    session: Session,
    endpoint_id: UUID,
    *,
    state: str | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[WebhookDelivery]:
    """Return up to ``limit`` deliveries of one endpoint, the newest first."""
    d = WebhookDelivery
    query = select(d).where(d.endpoint_id == endpoint_id).order_by(d.number.desc()).limit(limit)
    if state:
        query = query.where(d.state == state)
    if before is not None:
        query = query.where(d.number < before)
    return session.scalars(query).all()


def counts(session: Session) -> dict[UUID, dict[str, int]]:
    """Return per endpoint how many deliveries wait and how many failed."""
    d = WebhookDelivery
    found: dict[UUID, dict[str, int]] = {}
    rows = session.execute(
        select(d.endpoint_id, d.state, func.count())
        .where(d.state != "delivered")
        .group_by(d.endpoint_id, d.state)
    )
    for endpoint_id, state, number in rows:
        found.setdefault(endpoint_id, {})[state] = number
    return found


def send_again(
    session: Session, endpoint_id: UUID, number: int, *, now: datetime
) -> WebhookDelivery:
    """Send a delivery once more, under its old message id, with all its tries anew.

    :raises NoSuchDelivery: there is none with that number.
    """
    d = WebhookDelivery
    found = session.scalars(
        select(d).where(d.endpoint_id == endpoint_id, d.number == number).with_for_update()
    ).one_or_none()
    if found is None:
        raise NoSuchDelivery
    before = {"state": found.state, "tries": found.tries}
    found.state, found.tries, found.next_try_at = "pending", 0, now
    audit.record(
        session,
        "webhook.sent_again",
        ("webhook", endpoint_id),
        before=before,
        after={"message_id": found.message_id},
    )
    send_soon(session, endpoint_id)
    return found


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete settled deliveries past their time; a nightly job."""
    d = WebhookDelivery
    session.execute(delete(d).where(d.created_at < now - KEPT_FOR, d.state != "pending"))
