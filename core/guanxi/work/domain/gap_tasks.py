"""Tasks to fill the gaps of a customer's record, by hand or each night; one open one a customer."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from guanxi.access.models import User
from guanxi.customers.domain.completeness import GAPS, completeness_sql, missing_in
from guanxi.customers.domain.lookup import living_customer
from guanxi.customers.models import Customer, CustomerIdentity
from guanxi.db import write_context
from guanxi.errors import Conflict
from guanxi.i18n import Text
from guanxi.work.domain.tasks import TaskDraft, create_task
from guanxi.work.models import Task

ORIGIN: Final = "gaps"
A_NIGHT: Final = 200
REST: Final = timedelta(days=30)
"""How long after such a task was done the next one for the same customer waits."""
_TITLE: Final = Text("Find out about %s: %s", "补全 %s 的信息：%s")


def make_gap_task(session: Session, customer_id: UUID, *, now: datetime) -> Task:
    """Make a task of what is missing, for who looks after the customer, else for oneself.

    :raises NoSuchCustomer: it is not there, or out of sight.
    :raises Conflict: nothing is missing, or there is such a task already.
    """
    customer = living_customer(session, customer_id)
    of = CustomerIdentity.customer_id == customer.id
    identities = session.scalar(select(func.count()).select_from(CustomerIdentity).where(of)) or 0
    missing = missing_in(customer, identities)
    if not missing:
        raise Conflict("Nothing is missing.")
    open_ = Task.customer_id == customer.id, Task.origin == ORIGIN, Task.done_at.is_(None)
    if session.scalar(select(Task.id).where(*open_)) is not None:
        raise Conflict("There is such a task already.")
    assignee = customer.owner_id or write_context(session).actor.id
    user = session.get(User, assignee) if assignee else None
    language = user.language if user is not None else "en"
    what = ", ".join(GAPS[key].in_language(language) for key in missing)
    title = _TITLE.in_language(language) % (customer.display_name[:80], what)
    draft = TaskDraft(title=title, customer_id=customer.id, assignee_id=assignee if user else None)
    task = create_task(session, draft, now=now)
    task.origin = ORIGIN
    session.flush()
    return task


def incomplete(session: Session, below: int, *, now: datetime, limit: int = A_NIGHT) -> list[UUID]:
    """Return active customers whom somebody looks after, with less than ``below`` percent.

    The least complete first; without those for whom such a task is open, or was done just now.
    """
    has_task = exists().where(
        Task.customer_id == Customer.id,
        Task.origin == ORIGIN,
        or_(Task.done_at.is_(None), Task.done_at > now - REST),
    )
    score = completeness_sql()
    owned = select(Customer.id).join(User, User.id == Customer.owner_id).where(User.active)
    found = owned.where(
        Customer.status == "active",
        Customer.merged_into.is_(None),
        Customer.erased_at.is_(None),
        score < below,
        ~has_task,
    )
    return list(session.scalars(found.order_by(score, Customer.id).limit(limit)))
