"""Stored settings: only values that differ from the defaults, and every version of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base


class SettingsRow(Base):
    """The current values of one scope: ``core`` or a plugin's name. Secrets are encrypted."""

    __tablename__ = "settings"

    scope: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]]
    schema_version: Mapped[int]
    updated_at: Mapped[datetime]


class SettingsHistory(Base):
    """One earlier version of a scope's values; rolling back writes a new one."""

    __tablename__ = "settings_history"
    __table_args__ = (Index("ix_settings_history_scope", "scope", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    scope: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
