"""Where each reader stands in the log, and the events that it could not digest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base


class Bookmark(Base):
    """A reader has handled everything of ``partition`` up to ``position``."""

    __tablename__ = "delivery_bookmarks"

    reader: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime]


class ParkedEvent(Base):
    """An event set aside for one reader, with the later ones of the same customer behind it.

    ``state``: ``retrying`` (tried again at ``next_try_at``), ``parked`` (waits for a person),
    ``waiting`` (behind another of its customer), ``skipped`` (a person decided so).
    """

    __tablename__ = "delivery_parked"
    __table_args__ = (
        Index("ix_delivery_parked_due", "next_try_at", postgresql_where=text("state = 'retrying'")),
        Index("ix_delivery_parked_key", "reader", "order_key", "position"),
    )

    reader: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    order_key: Mapped[UUID | None]
    """The customer whose later events wait behind this one; None for events without customer."""
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    error: Mapped[str | None]
    next_try_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
