"""Tables of working together: comments on customers, tasks, notifications of colleagues."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId


class CustomerComment(Base):
    """What staff say to each other about a customer (内部评论); the customer never sees it."""

    __tablename__ = "customer_comments"
    __table_args__ = (
        Index(
            "ix_customer_comments_customer_id",
            "customer_id",
            text("created_at DESC"),
            text("id DESC"),
        ),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    author_name: Mapped[str]
    text: Mapped[str]
    mentions: Mapped[list[Any]] = mapped_column(server_default="[]")
    """The ids of the colleagues who were told."""
    created_at: Mapped[datetime]


class Task(Base):
    """A to-do (待办) of one colleague, about a customer or about none."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "ix_tasks_open", "assignee_id", "due_on", "id", postgresql_where=text("done_at IS NULL")
        ),
        Index(
            "uq_tasks_origin",
            "customer_id",
            "origin",
            unique=True,
            postgresql_where=text("origin IS NOT NULL AND done_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    title: Mapped[str]
    note: Mapped[str | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    """A day in the assignee's own calendar; no time zone belongs to it."""
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    creator_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    creator_name: Mapped[str]
    origin: Mapped[str | None]
    """What made it, if no person did; a customer has one open task of each origin."""
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]


class Notification(Base):
    """Something that one colleague should know: a mention, or a task from somebody else (通知)."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("kind IN ('mention', 'task')", name="kind"),
        Index("ix_notifications_user_id", "user_id", text("id DESC")),
        Index("ix_notifications_unread", "user_id", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[PrimaryId]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    comment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("customer_comments.id", ondelete="CASCADE"), index=True
    )
    task_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("tasks.id", ondelete="CASCADE"), index=True
    )
    actor_name: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
