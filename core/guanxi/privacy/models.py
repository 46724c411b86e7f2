"""Tables of privacy: what people asked for, and whose data was erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId


class PrivacyRequest(Base):
    """A person wants a copy of their data, or wants it erased (查阅、删除请求).

    ``open`` until it is done; ``error`` says why the last try failed, and it is tried again.
    """

    __tablename__ = "privacy_requests"
    __table_args__ = (
        CheckConstraint("kind IN ('export', 'erase')", name="kind"),
        CheckConstraint("state IN ('open', 'done')", name="state"),
        Index("ix_privacy_requests_latest", text("created_at DESC"), text("id DESC")),
        Index("ix_privacy_requests_customer_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    note: Mapped[str | None]
    """How the person asked for it."""
    error: Mapped[str | None]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    actor_name: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    file_name: Mapped[str | None]
    """The archive of an export in the folder of privacy files; None once it is gone."""


class Erasure(Base):
    """A customer whose data was erased, by id alone, so that a restored backup can follow."""

    __tablename__ = "erasures"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
