"""The log's table. Nothing updates a row, except erasure, which empties its payload."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Index, Sequence, SmallInteger, event
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base

PARTITIONS = 8
"""Readers may work on this many parts of the log side by side; fixed for the log's life."""

LOCK_SPACE = 0x47 << 56
"""Keys of the append locks: this number plus a position; no other advisory lock is that high."""

position_sequence = Sequence("events_position_seq", metadata=Base.metadata, cache=1)


class EventRow(Base):
    """One event. ``position`` orders the log; :mod:`guanxi.events.log` says who may read when."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_partition_position", "partition", "position"),)

    position: Mapped[int] = mapped_column(
        BigInteger,
        position_sequence,
        server_default=position_sequence.next_value(),
        primary_key=True,
    )
    partition: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    version: Mapped[int] = mapped_column(SmallInteger)
    customer_id: Mapped[UUID | None] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    request_id: Mapped[str | None]
    payload: Mapped[dict[str, Any]]


APPEND_TRIGGERS = (
    f"""
    CREATE OR REPLACE FUNCTION guanxi_events_before() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(
            {LOCK_SPACE} + CASE WHEN is_called THEN last_value ELSE 0 END
        ) FROM events_position_seq;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION guanxi_events_after() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('guanxi_events', '');
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER events_before BEFORE INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION guanxi_events_before()
    """,
    """
    CREATE TRIGGER events_after AFTER INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION guanxi_events_after()
    """,
)
"""The append lock and the wake-up call, shared by the migration and the tests' quick schema."""

for _statement in APPEND_TRIGGERS:
    _create = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(EventRow.__table__, "after_create", _create)
