"""Planned contacts (计划联系): when somebody means to talk to a customer next, and about what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.text import clean_text
from guanxi.errors import Conflict, NotFound
from guanxi.ids import new_id
from guanxi.touchpoints.domain.customers import resolve_one
from guanxi.touchpoints.domain.faults import InvalidField, explain
from guanxi.touchpoints.models import PlannedContact

MAX_NOTE: Final = 500
_LAST_YEAR: Final = 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A contact that somebody plans; ``due_on`` is a day of their own calendar."""

    customer_id: UUID
    due_on: date
    staff_id: UUID | None = None
    channel: str | None = None
    note: str | None = None


def plan_contact(session: Session, plan: Plan, *, now: datetime) -> UUID:
    """Note a planned contact and return its id.

    :raises InvalidField: no such customer, channel or staff member, or a day that cannot be meant.
    """
    if not 2000 <= plan.due_on.year <= _LAST_YEAR:
        raise InvalidField("Choose a day in this century.", field="due_on")
    plan_id, customer_id = new_id(), resolve_one(session, plan.customer_id)
    planned = PlannedContact(
        id=plan_id,
        customer_id=customer_id,
        due_on=plan.due_on,
        channel=plan.channel,
        staff_id=plan.staff_id,
        note=clean_text(plan.note, MAX_NOTE) or None if plan.note else None,
        created_at=now,
        changed_at=now,
    )
    try:
        session.add(planned)
        session.flush()
    except IntegrityError as error:
        explain(error)
    after = {"customer_id": customer_id, "due_on": plan.due_on, "channel": plan.channel}
    audit.record(session, "contact.planned", ("planned_contact", plan_id), after=after)
    return plan_id


def complete(session: Session, plan_id: UUID, touchpoint_id: UUID, *, now: datetime) -> None:
    """Note that ``touchpoint_id`` was the planned contact.

    :raises Conflict: it is done or cancelled already.
    :raises NotFound: there is none, or it is out of sight.
    """
    _close(session, plan_id, {"state": "done", "touchpoint_id": touchpoint_id}, now)


def cancel(session: Session, plan_id: UUID, *, now: datetime) -> None:
    """Give up a planned contact.

    :raises Conflict: it is done or cancelled already.
    :raises NotFound: there is none, or it is out of sight.
    """
    _close(session, plan_id, {"state": "cancelled"}, now)


def planned(session: Session, customer_id: UUID, *, limit: int = 5) -> Sequence[PlannedContact]:
    """Return the next contacts planned with a customer, soonest first, overdue ones included."""
    return session.scalars(
        select(PlannedContact)
        .where(PlannedContact.customer_id == customer_id, PlannedContact.state == "planned")
        .order_by(PlannedContact.due_on, PlannedContact.id)
        .limit(limit)
    ).all()


def due(
    session: Session, staff_id: UUID, *, until: date, limit: int = 50
) -> Sequence[PlannedContact]:
    """Return what a staff member has planned up to and including ``until``, soonest first."""
    return session.scalars(
        select(PlannedContact)
        .where(
            PlannedContact.staff_id == staff_id,
            PlannedContact.state == "planned",
            PlannedContact.due_on <= until,
        )
        .order_by(PlannedContact.due_on, PlannedContact.id)
        .limit(limit)
    ).all()


def _close(session: Session, plan_id: UUID, values: dict[str, object], now: datetime) -> None:
    closed = session.scalar(
        update(PlannedContact)
        .where(PlannedContact.id == plan_id, PlannedContact.state == "planned")
        .values(**values, version=PlannedContact.version + 1, changed_at=now)
        .returning(PlannedContact.id)
    )
    if closed is None:
        if session.get(PlannedContact, plan_id) is None:
            raise NotFound("There is no such planned contact, or you may not see it.")
        raise Conflict("This planned contact is not open any more. Look at the customer again.")
    subject = ("planned_contact", plan_id)
    audit.record(
        session, f"contact.{values['state']}", subject, before={"state": "planned"}, after=values
    )
