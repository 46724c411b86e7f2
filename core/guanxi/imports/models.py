"""Tables of imports: the file, its mapping, how far it is, what was refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId

IMPORT_STATES = (
    "uploaded",
    "checking",
    "checked",
    "queued",
    "running",
    "done",
    "failed",
    "undoing",
    "undone",
)


class Import(Base):
    """One import. Its id is also the change set of everything it writes."""

    __tablename__ = "imports"
    __table_args__ = (CheckConstraint(f"state IN {IMPORT_STATES}", name="state"),)

    id: Mapped[PrimaryId]
    importer: Mapped[str]
    file_name: Mapped[str]
    file_path: Mapped[str]
    file_sha256: Mapped[str]
    format: Mapped[dict[str, Any]]
    mapping: Mapped[dict[str, Any]]
    state: Mapped[str]
    rows_total: Mapped[int | None]
    rows_done: Mapped[int]
    """Rows before this one are committed; a killed import goes on from here."""
    counts: Mapped[dict[str, Any]]
    error: Mapped[str | None]
    error_file: Mapped[str | None]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class ImportMapping(Base):
    """A column mapping kept for the next file of the same shape."""

    __tablename__ = "import_mappings"

    id: Mapped[PrimaryId]
    importer: Mapped[str]
    name: Mapped[str]
    header: Mapped[list[Any]]
    mapping: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]


class ImportRefusal(Base):
    """A row that was not imported: its cells as they stood, and the reason as a message id."""

    __tablename__ = "import_refusals"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[Any]]
    message: Mapped[str]
    params: Mapped[dict[str, Any]]
