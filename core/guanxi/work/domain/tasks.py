"""Tasks (待办): make, change, finish, reopen; my day in three parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.models import User
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import Customer
from guanxi.db import write_context
from guanxi.errors import PreconditionFailed
from guanxi.ids import new_id
from guanxi.work.domain.faults import InvalidWork, NoSuchTask, OutOfSight
from guanxi.work.domain.notifications import tell
from guanxi.work.domain.sight import who_sees
from guanxi.work.models import Task

MAX_TITLE: Final = 200
MAX_NOTE: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """A task as somebody wants it; without ``assignee_id`` it is one's own."""

    title: str
    note: str | None = None
    due_on: date | None = None
    customer_id: UUID | None = None
    assignee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """Open tasks by when they are due; those without a day count as later."""

    overdue: list[Task] = field(default_factory=list)
    today: list[Task] = field(default_factory=list)
    later: list[Task] = field(default_factory=list)


def create_task(session: Session, draft: TaskDraft, *, now: datetime) -> Task:
    """Make a task; an assignee other than oneself is told.

    :raises NoSuchCustomer: the customer is not there, or out of sight.
    :raises InvalidWork: no title, or nobody by that id.
    :raises OutOfSight: the assignee may not see the customer.
    """
    actor = write_context(session).actor
    values = _checked(session, draft)
    task = Task(
        id=new_id(), creator_id=actor.id, creator_name=actor.name, created_at=now, version=1,
        **values,
    )  # fmt: skip
    session.add(task)
    session.flush()
    _tell_assignee(session, task, now)
    audit.record(session, "task.created", ("task", task.id), after=values)
    return task


def change_task(
    session: Session,
    task_id: UUID,
    draft: TaskDraft,
    viewer: UUID | None,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Task:
    """Change a task; a new assignee is told.

    :raises NoSuchTask: it is not there, or out of the viewer's sight.
    :raises PreconditionFailed: somebody changed it since ``expected_version``.
    """
    task = find_task(session, task_id, viewer, lock=True)
    if expected_version not in (None, task.version):
        raise PreconditionFailed("Somebody changed this task meanwhile. Read it again.")
    values = _checked(session, draft)
    before, after = audit.difference({name: getattr(task, name) for name in values}, values)
    _write(session, task, after, "task.changed", before)
    if "assignee_id" in after:
        _tell_assignee(session, task, now)
    return task


def finish(session: Session, task_id: UUID, viewer: UUID | None, *, now: datetime) -> Task:
    """Mark a task as done; one that is done stays as it is.

    :raises NoSuchTask: it is not there, or out of the viewer's sight.
    """
    task = find_task(session, task_id, viewer, lock=True)
    mark_done(session, task, now=now)
    return task


def mark_done(session: Session, task: Task, *, now: datetime) -> None:
    """Mark a locked task as done; one that is done stays as it is."""
    if task.done_at is None:
        name = write_context(session).actor.name
        _write(session, task, {"done_at": now, "done_by": name}, "task.done", {"done_at": None})


def reopen(session: Session, task_id: UUID, viewer: UUID | None) -> Task:
    """Mark a task as not done after all.

    :raises NoSuchTask: it is not there, or out of the viewer's sight.
    """
    task = find_task(session, task_id, viewer, lock=True)
    if task.done_at is not None:
        before = {"done_at": task.done_at}
        _write(session, task, {"done_at": None, "done_by": None}, "task.reopened", before)
    return task


def find_task(session: Session, task_id: UUID, viewer: UUID | None, *, lock: bool = False) -> Task:
    """Return a task that ``viewer`` may see: of a customer in sight, or with a part in it.

    :raises NoSuchTask: there is none.
    """
    query = select(Task).where(Task.id == task_id, in_sight(viewer))
    if lock:
        query = query.with_for_update(of=Task).execution_options(populate_existing=True)
    task = session.scalars(query).one_or_none()
    if task is None:
        raise NoSuchTask
    return task


def day_of(session: Session, user_id: UUID, today: date) -> Day:
    """Return a person's open tasks: overdue, of today, later.

    :param today: the date in the person's time zone.
    """
    found = session.scalars(
        select(Task)
        .where(Task.assignee_id == user_id, Task.done_at.is_(None), in_sight(user_id))
        .order_by(Task.due_on.asc().nulls_last(), Task.id)
    )
    day = Day()
    for task in found:
        late = task.due_on is not None and task.due_on < today
        part = day.overdue if late else day.today if task.due_on == today else day.later
        part.append(task)
    return day


def list_tasks(
    session: Session,
    viewer: UUID | None,
    *,
    customer_id: UUID | None = None,
    assignee_id: UUID | None = None,
    done: bool | None = None,
    after: UUID | None = None,
    limit: int = 80,
) -> Sequence[Task]:
    """Return tasks in sight in the order in which they were made."""
    query = select(Task).where(in_sight(viewer)).order_by(Task.id).limit(limit)
    if customer_id is not None:
        query = query.where(Task.customer_id == customer_id)
    if assignee_id is not None:
        query = query.where(Task.assignee_id == assignee_id)
    if done is not None:
        query = query.where(Task.done_at.is_not(None) if done else Task.done_at.is_(None))
    if after is not None:
        query = query.where(Task.id > after)
    return session.scalars(query).all()


def in_sight(viewer: UUID | None) -> ColumnElement[bool]:
    """Return the condition for tasks that ``viewer`` may see.

    Those of customers whom the session's row rule shows; those without a customer are seen by
    who made and who has them.
    """
    # Looked up one by one: IN would gather the ids of all customers first.
    seen = select(Customer.id).where(Customer.id == Task.customer_id).correlate(Task)
    return or_(
        seen.exists(),
        Task.customer_id.is_(None) & or_(Task.assignee_id == viewer, Task.creator_id == viewer),
    )


def _checked(session: Session, draft: TaskDraft) -> dict[str, Any]:
    values: dict[str, Any] = {f.name: getattr(draft, f.name) for f in fields(draft)}
    values["title"] = clean_text(draft.title, MAX_TITLE)
    if not values["title"]:
        raise InvalidWork("Say in a few words what is to be done.", field="title")
    values["note"] = clean_text(draft.note or "", MAX_NOTE, multiline=True) or None
    if draft.customer_id is not None:
        values["customer_id"] = get_customer(session, draft.customer_id).id
    values["assignee_id"] = _assignee(session, draft.assignee_id, values["customer_id"])
    return values


def _assignee(session: Session, user_id: UUID | None, customer_id: UUID | None) -> UUID | None:
    own = write_context(session).actor.id
    if user_id is None or user_id == own:
        return own
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise InvalidWork("Choose a colleague from the list.", field="assignee_id")
    if customer_id is not None and not who_sees(session, [user_id], customer_id):
        raise OutOfSight(user.name)
    return user_id


def _tell_assignee(session: Session, task: Task, now: datetime) -> None:
    if task.assignee_id is not None:
        tell(
            session, [task.assignee_id], "task", now=now,
            customer_id=task.customer_id, task_id=task.id,
        )  # fmt: skip


def _write(
    session: Session, task: Task, values: dict[str, Any], action: str, before: dict[str, Any]
) -> None:
    if not values:
        return
    for name, value in values.items():
        setattr(task, name, value)
    task.version += 1
    session.flush()
    audit.record(session, action, ("task", task.id), before=before, after=values)
