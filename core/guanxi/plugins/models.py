"""What the host remembers about plugins, and the generation counter that all processes read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base


class PlatformState(Base):
    """One row. ``generation`` grows with every change that processes must notice at once:
    plugins switched, roles, settings, custom fields.
    """

    __tablename__ = "platform_state"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("1"))
    generation: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    installation_id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))


class PluginRecord(Base):
    """What an admin decided about a plugin, kept also when its package is gone."""

    __tablename__ = "plugins"

    name: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    tables: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    migrated_to: Mapped[str | None]
    migration_problem: Mapped[dict[str, Any] | None]
    """Why its last migration failed, as ``Problem.as_json``; None once one succeeded."""
    quarantined_at: Mapped[datetime | None]
    quarantine_problem: Mapped[dict[str, Any] | None]
    """Why it was put in quarantine, as ``Problem.as_json``."""
    first_seen_at: Mapped[datetime]
    enabled_at: Mapped[datetime | None]


class PluginFailure(Base):
    """The last failures of a plugin's hooks, one row per hook, for its page."""

    __tablename__ = "plugin_failures"

    plugin: Mapped[str] = mapped_column(primary_key=True)
    hook: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
    last_error: Mapped[str]
    """Exception class, message and the last lines of its traceback."""


class HookTiming(Base):
    """How long a plugin's hook takes: calls counted in buckets, see ``plugins.timing``."""

    __tablename__ = "hook_timings"

    plugin: Mapped[str] = mapped_column(primary_key=True)
    hook: Mapped[str] = mapped_column(primary_key=True)
    buckets: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    total_seconds: Mapped[float]
    updated_at: Mapped[datetime]


class JobRun(Base):
    """The last runs of background jobs: state, error, duration; shown on the health page."""

    __tablename__ = "job_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plugin: Mapped[str | None]
    name: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[str]
    detail: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
