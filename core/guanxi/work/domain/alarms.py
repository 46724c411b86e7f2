"""Alarms (告警): something is wrong that an admin has to look at, as a to-do for each of them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import any_, literal, or_, select
from sqlalchemy.orm import Session

from guanxi.access.grants import ADMIN
from guanxi.access.models import Role, User, UserRole
from guanxi.db.locks import wait_lock
from guanxi.i18n import Text
from guanxi.work.domain.tasks import MAX_NOTE, MAX_TITLE, TaskDraft, create_task
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
    wait_lock(session, "alarm", key)
    still = (Task.origin == key, Task.customer_id.is_(None), Task.done_at.is_(None))
    told = set(session.scalars(select(Task.assignee_id).where(*still)))
    people = [one for one in _people(session) if one[0] not in told]
    for user_id, language in people:
        draft = TaskDraft(
            title=title.in_language(language)[:MAX_TITLE],
            note=note.in_language(language)[:MAX_NOTE],
            assignee_id=user_id,
            due_on=now.date(),
        )
        create_task(session, draft, now=now).origin = key
    session.flush()
    return len(people)


def _people(session: Session) -> list[tuple[UUID, str]]:
    rows = session.execute(
        select(User.id, User.language)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(User.active, or_(Role.name == ADMIN, literal(WHO) == any_(Role.permissions)))
        .distinct()
        .order_by(User.id)
    )
    return [(user_id, language) for user_id, language in rows]
