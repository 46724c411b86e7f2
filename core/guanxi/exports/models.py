"""The table of exports: what was asked for, and the file that came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId

EXPORT_STATES = ("queued", "running", "done", "failed", "cancelled", "expired")


class Export(Base):
    """One list written to a file, with what its owner may see. ``arguments`` are the list's."""

    __tablename__ = "exports"
    __table_args__ = (CheckConstraint(f"state IN {EXPORT_STATES}", name="state"),)

    id: Mapped[PrimaryId]
    what: Mapped[str]
    format: Mapped[str]
    arguments: Mapped[list[Any]]
    state: Mapped[str]
    rows: Mapped[int | None]
    file_path: Mapped[str | None]
    error: Mapped[str | None]
    user_id: Mapped[UUID | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
