"""Tables of messages: what was written to whom, how far it got, and the templates for it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId

WAITING: Final = ("queued", "held")
STATES: Final = (*WAITING, "sending", "sent", "failed", "refused", "unknown")


class Message(Base):
    """One message to one customer (消息).

    ``state``: ``queued`` (goes out now), ``held`` (waits for the end of quiet hours),
    ``sending`` (handed to the provider just now), ``sent``, ``failed`` (the provider said no),
    ``refused`` (the gate said no), ``unknown`` (nobody knows whether it went out; a person
    decides). ``subject`` and ``body`` hold merge fields as written.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("source", "idempotency_key"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_messages_customer_id", "customer_id", text("created_at DESC"), text("id DESC")),
        Index("ix_messages_latest", text("created_at DESC"), text("id DESC")),
        Index(
            "ix_messages_due",
            "due_at",
            postgresql_where=text("state IN ('queued', 'held', 'sending')"),
        ),
        Index(
            "ix_messages_trouble",
            "state",
            "created_at",
            postgresql_where=text("state IN ('failed', 'unknown')"),
        ),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    purpose: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    """Quiet hours do not hold it back; for service messages only."""
    source: Mapped[str]
    """Who asked for it: ``guanxi`` for staff, else a plugin's name."""
    idempotency_key: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    """Why it is in this state: a key of ``domain.reasons.REASONS`` or a sentence (msgid)."""
    reason_values: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    address: Mapped[str | None]
    """Where it went; set when it is sent."""
    sent_subject: Mapped[str | None]
    sent_text: Mapped[str | None]
    """The very text that went out, but for the personal link to unsubscribe."""
    provider_id: Mapped[str | None]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    touchpoint_id: Mapped[UUID | None] = mapped_column(ForeignKey("touchpoints.id"))
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    sender_name: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Not before this instant."""
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class MessageTemplate(Base):
    """A text that staff start from (消息模板)."""

    __tablename__ = "message_templates"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str] = mapped_column(server_default="")
    """Empty: for every channel."""
    purpose: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    updated_at: Mapped[datetime]
