"""Tables of people who work here: users, teams, roles, sessions, tokens, links and codes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId


class User(Base):
    """Somebody who signs in (员工). ``password_hash`` is argon2id; None until one is chosen."""

    __tablename__ = "users"

    id: Mapped[PrimaryId]
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted by the secrets box; None where no second factor is set up."""
    totp_last_step: Mapped[int | None]
    language: Mapped[str] = mapped_column(server_default="en")
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]


Index("uq_users_email", func.lower(User.email), unique=True)


class Role(Base):
    """A named set of permissions. ``customer_scope`` is the row rule: own, team or all."""

    __tablename__ = "roles"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(unique=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    customer_scope: Mapped[str] = mapped_column(server_default="own")
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    built_in: Mapped[bool] = mapped_column(server_default=text("false"))


class UserRole(Base):
    """Which roles a user has."""

    __tablename__ = "user_roles"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    role_id: Mapped[UUID] = mapped_column(
        ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True
    )


class Team(Base):
    """People who look after customers together (团队)."""

    __tablename__ = "teams"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(unique=True)


class TeamMember(Base):
    """Who belongs to a team."""

    __tablename__ = "team_members"

    team_id: Mapped[UUID] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class WebSession(Base):
    """A browser session kept on the server. The cookie holds the id, the table only its hash."""

    __tablename__ = "web_sessions"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str | None]
    browser: Mapped[str | None]
    data: Mapped[dict[str, Any]]


class ApiToken(Base):
    """A key for programs. Acts as its owner, narrowed to ``scopes``; shown once, kept as a hash."""

    __tablename__ = "api_tokens"

    id: Mapped[PrimaryId]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    prefix: Mapped[str]
    name: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link that signs in, invites or resets a password once, until ``expires_at``."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for the second factor once, for somebody without their phone."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime]


class SignInThrottle(Base):
    """Failed sign-ins per account and per address, counted in the database for all processes."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_failure_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
