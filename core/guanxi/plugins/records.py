"""What the database remembers about plugins, as plain values, and the generation counter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi.i18n import Text
from guanxi.plugins.models import PlatformState, PluginRecord


@dataclass(frozen=True, slots=True)
class Record:
    """One row of ``plugins``, detached from any session."""

    name: str
    enabled: bool
    version: str
    title_en: str
    title_zh: str
    tables: Sequence[str]
    migrated_to: str | None
    migration_problem: dict[str, Any] | None
    quarantined_at: datetime | None
    quarantine_problem: dict[str, Any] | None
    first_seen_at: datetime
    enabled_at: datetime | None

    @property
    def title(self) -> Text:
        """What it is called, also when its package is gone."""
        return Text(self.title_en, self.title_zh)

    @property
    def was_used(self) -> bool:
        """It was enabled at some time, so it may hold data."""
        return self.enabled_at is not None or bool(self.tables)


_COLUMNS = tuple(PluginRecord.__table__.c[name] for name in Record.__dataclass_fields__)


def read_records(connection: Connection | Session) -> dict[str, Record]:
    """Return all records by name."""
    rows = connection.execute(select(*_COLUMNS))
    return {row.name: Record(*row) for row in rows}


def read_generation(connection: Connection | Session) -> int:
    """Return the generation; 0 before the platform's one row exists."""
    return int(connection.execute(select(func.max(PlatformState.generation))).scalar_one() or 0)


def bump_generation(session: Session) -> int:
    """Make every process look again at its next request or job; returns the new generation.

    Call it last in a transaction: the counter's row stays locked until the commit.
    """
    statement = (
        insert(PlatformState)
        .values(id=1, generation=2)
        .on_conflict_do_update(
            index_elements=["id"], set_={"generation": PlatformState.generation + 1}
        )
        .returning(PlatformState.generation)
    )
    return int(session.execute(statement).scalar_one())
