"""Notifications (通知): tell colleagues, list what is new, mark it read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from guanxi.customers.models import Customer
from guanxi.db import write_context
from guanxi.errors import NotFound
from guanxi.ids import new_id
from guanxi.work.models import CustomerComment, Notification, Task

COUNTED: Final = 99
"""More unread ones are shown as 99+."""


class News(NamedTuple):
    """A notification with what it is about; ``text`` is the comment or the task's title."""

    notification: Notification
    customer_name: str | None
    text: str


def tell(
    session: Session,
    user_ids: Collection[UUID],
    kind: str,
    *,
    now: datetime,
    customer_id: UUID | None = None,
    comment_id: UUID | None = None,
    task_id: UUID | None = None,
) -> None:
    """Tell colleagues; nobody is told of what they did themselves."""
    actor = write_context(session).actor
    for user_id in user_ids:
        if user_id != actor.id:
            session.add(
                Notification(
                    id=new_id(),
                    user_id=user_id,
                    kind=kind,
                    customer_id=customer_id,
                    comment_id=comment_id,
                    task_id=task_id,
                    actor_name=actor.name,
                    created_at=now,
                )
            )


def latest(
    session: Session, user_id: UUID, *, before: UUID | None = None, limit: int = 50
) -> Sequence[News]:
    """Return a person's notifications about what they may see, the newest first."""
    n = Notification
    query = (
        select(n, Customer.display_name, func.coalesce(CustomerComment.text, Task.title, ""))
        .outerjoin(Customer, Customer.id == n.customer_id)
        .outerjoin(CustomerComment, CustomerComment.id == n.comment_id)
        .outerjoin(Task, Task.id == n.task_id)
        .where(n.user_id == user_id, _in_sight())
        .order_by(n.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(n.id < before)
    return [News(*row) for row in session.execute(query)]


def count_unread(session: Session, user_id: UUID) -> int:
    """Return how many are unread, at most one more than :data:`COUNTED`."""
    n = Notification
    unread = (
        select(n.id)
        .where(n.user_id == user_id, n.read_at.is_(None), _in_sight())
        .limit(COUNTED + 1)
    )
    return len(session.scalars(unread).all())


def mark_read(session: Session, user_id: UUID, notification_id: UUID, *, now: datetime) -> None:
    """Mark one as read; reading it again changes nothing.

    :raises NotFound: it is not this person's.
    """
    found = session.get(Notification, notification_id)
    if found is None or found.user_id != user_id:
        raise NotFound("There is no such notification.")
    found.read_at = found.read_at or now


def mark_all_read(session: Session, user_id: UUID, *, now: datetime) -> None:
    """Mark all of a person's notifications as read."""
    n = Notification
    session.execute(update(n).where(n.user_id == user_id, n.read_at.is_(None)).values(read_at=now))


def _in_sight() -> ColumnElement[bool]:
    # Looked up one by one: IN would gather the ids of all customers first, on every page.
    n = Notification
    seen = select(Customer.id).where(Customer.id == n.customer_id).correlate(n)
    return or_(n.customer_id.is_(None), seen.exists())
