"""Asking people of a role: an alarm (告警) for admins, a decision for whoever may take it.

Each gets it as a to-do, with a notification, in the own language.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import any_, literal, or_, select
from sqlalchemy.orm import Session

from guanxi.access.grants import ADMIN
from guanxi.access.models import Role, User, UserRole
from guanxi.db.locks import wait_lock
from guanxi.i18n import Text
from guanxi.work.domain.sight import who_sees
from guanxi.work.domain.tasks import MAX_NOTE, MAX_TITLE, TaskDraft, create_task, mark_done
from guanxi.work.models import Task

WHO: Final = "health.view"
"""Whoever may see how the system is gets alarms."""


def raise_alarm(session: Session, key: str, title: Text, note: Text, *, now: datetime) -> int:
    """Give a to-do, with a notification, to everybody who may see how the system is.

    Each gets it in the own language. Whoever still has an open one of this key gets no other.

    :param key: what is wrong, such as ``loyalty.check.club``.
    :param note: what was found, and what to do about it.
    :return: how many people were told.
    """
    return ask_people(session, key, title, note, permission=WHO, now=now)


def ask_people(
    session: Session,
    key: str,
    title: Text,
    note: Text,
    *,
    permission: str,
    now: datetime,
    customer_id: UUID | None = None,
    beside: UUID | None = None,
) -> int:
    """Give a to-do, with a notification, to everybody who has a permission.

    Each gets it in the own language. Whoever still has an open one of this key gets no other.

    :param key: what is asked, such as ``loyalty.adjustment.ID``; :func:`settle_asked` takes it.
    :param customer_id: whom it is about; only who may see them is asked.
    :param beside: a person who is not asked, as it was they who want to know.
    :return: how many people were told.
    """
    wait_lock(session, "alarm", key)
    about = Task.customer_id.is_(None) if customer_id is None else Task.customer_id == customer_id
    still = (Task.origin == key, about, Task.done_at.is_(None))
    told = {beside, *session.scalars(select(Task.assignee_id).where(*still))}
    people = [one for one in _people(session, permission) if one[0] not in told]
    if customer_id is not None:
        seeing = who_sees(session, [user_id for user_id, _ in people], customer_id)
        people = [one for one in people if one[0] in seeing]
    for user_id, language in people:
        draft = TaskDraft(
            title=title.in_language(language)[:MAX_TITLE],
            note=note.in_language(language)[:MAX_NOTE],
            assignee_id=user_id,
            customer_id=customer_id,
            due_on=now.date(),
        )
        create_task(session, draft, now=now).origin = key
    session.flush()
    return len(people)


def settle_asked(session: Session, key: str, *, now: datetime) -> int:
    """Mark as done what people were asked under ``key``; how many to-dos were still open."""
    open_ones: Collection[Task] = session.scalars(
        select(Task).where(Task.origin == key, Task.done_at.is_(None)).with_for_update()
    ).all()
    for task in open_ones:
        mark_done(session, task, now=now)
    return len(open_ones)


def _people(session: Session, permission: str) -> list[tuple[UUID, str]]:
    rows = session.execute(
        select(User.id, User.language)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(User.active, or_(Role.name == ADMIN, literal(permission) == any_(Role.permissions)))
        .distinct()
        .order_by(User.id)
    )
    return [(user_id, language) for user_id, language in rows]
