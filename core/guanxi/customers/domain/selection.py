"""The same change for many customers, as chosen in a list: tags and owner.

Ids that the session does not see, or that are gone, are left alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.models import User
from guanxi.customers.domain.changing import write_changes
from guanxi.customers.domain.drafts import checked_tags
from guanxi.customers.domain.faults import no_such_owner
from guanxi.customers.models import Customer


def tag_customers(
    session: Session,
    customer_ids: Collection[UUID],
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    now: datetime,
) -> int:
    """Put tags on customers and take tags off; return how many changed.

    :raises InvalidCustomer: too many tags on one of them.
    """
    adding, removing = checked_tags(add), set(checked_tags(remove))

    def tags(customer: Customer) -> Mapping[str, Any]:
        kept = [tag for tag in customer.tags if tag not in removing]
        return {"tags": checked_tags([*kept, *adding])}

    return _change_each(session, customer_ids, tags, now)


def assign_customers(
    session: Session, customer_ids: Collection[UUID], owner_id: UUID | None, *, now: datetime
) -> int:
    """Say who looks after customers (None: nobody); return how many changed.

    :raises InvalidCustomer: there is no such user.
    """
    if owner_id is not None and session.get(User, owner_id) is None:
        raise no_such_owner()
    return _change_each(session, customer_ids, lambda _customer: {"owner_id": owner_id}, now)


def _change_each(
    session: Session,
    customer_ids: Collection[UUID],
    wanted: Callable[[Customer], Mapping[str, Any]],
    now: datetime,
) -> int:
    customers = session.scalars(
        select(Customer)
        .where(Customer.id.in_(customer_ids))
        .where(Customer.merged_into.is_(None), Customer.erased_at.is_(None))
        .order_by(Customer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return sum(write_changes(session, one, wanted(one), now=now) for one in customers)
