"""What comments and tasks know about one customer: handed out or erased when the customer asks."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi.work.models import CustomerComment, Notification, Task


def export_work(session: Session, customer_id: UUID) -> dict[str, Any]:
    """Return all comments on a customer and the tasks about one, as plain values."""
    comments = session.scalars(
        select(CustomerComment).where(CustomerComment.customer_id == customer_id)
    )
    tasks = session.scalars(select(Task).where(Task.customer_id == customer_id))
    return {
        "comments": [{"at": one.created_at, "by": one.author_name, "text": one.text}
                     for one in comments],
        "tasks": [{"at": one.created_at, "title": one.title, "note": one.note, "due_on": one.due_on}
                  for one in tasks],
    }  # fmt: skip


def erase_work(session: Session, customer_id: UUID) -> None:
    """Delete a customer's comments and tasks, and the notifications of them."""
    for model in (Notification, CustomerComment, Task):
        session.execute(delete(model).where(model.customer_id == customer_id))
