"""Tables of webhooks: who is told of what, and each telling with what came of it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId

STATES: Final = ("pending", "delivered", "failed")


class WebhookEndpoint(Base):
    """An address of another system that is told of events.

    While ``paused_until`` lies ahead nothing is sent: the receiver did not answer. Only one
    worker sends at a time, the one whose lease runs until ``leased_until``.
    """

    __tablename__ = "webhook_endpoints"

    id: Mapped[PrimaryId]
    title: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[Any]]
    """Names of events in the log, or ``*`` for all."""
    secret: Mapped[str]
    """Encrypted, like ``previous_secret``, which signs, too, until ``previous_until``."""
    previous_secret: Mapped[str | None]
    previous_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    disabled_reason: Mapped[str | None]
    since_position: Mapped[int]
    """Events of the log above this position are told."""
    paused_until: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event on its way to one endpoint; ``message_id`` is the same at every try."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "position"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index(
            "ix_webhook_deliveries_pending",
            "endpoint_id",
            "number",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_webhook_deliveries_latest", "endpoint_id", text("number DESC")),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    """Deliveries to one endpoint go out in this order."""
    endpoint_id: Mapped[UUID] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    )
    message_id: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int | None] = mapped_column(BigInteger)
    """The event's place in the log; None for a test."""
    kind: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    next_try_at: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    """The last HTTP status, if there was an answer."""
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
