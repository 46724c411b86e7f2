"""People belong to organisations (所属组织), each in a role."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.changing import announce_change
from guanxi.customers.domain.drafts import MAX_TEXT
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.lookup import living_pair
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import Customer, CustomerMembership
from guanxi.db.inserting import Rows, insert_rows
from guanxi.errors import Conflict, NotFound
from guanxi.ids import new_id

MEMBERSHIPS: Final[Table] = CustomerMembership.__table__  # type: ignore[assignment]
MEMBERSHIP_COLUMNS: Final = ("id", "person_id", "organisation_id", "role", "created_at")


class Member(NamedTuple):
    """The other side of a membership, as it is shown."""

    membership_id: UUID
    customer_id: UUID
    name: str
    role: str | None


def add_member(
    session: Session, person_id: UUID, organisation_id: UUID, role: str | None, *, now: datetime
) -> UUID:
    """Say that a person belongs to an organisation; return the membership's id.

    :raises NoSuchCustomer: one of the two is not there, or out of sight.
    :raises InvalidCustomer: one of the two is of the other kind.
    :raises Conflict: the person belongs to it already.
    """
    person, organisation = living_pair(session, person_id, organisation_id)
    if person.kind != "person" or organisation.kind != "organisation":
        raise InvalidCustomer(
            "A membership joins a person to an organisation, in this order.",
            field="person_id" if person.kind != "person" else "organisation_id",
        )
    role = clean_text(role or "", MAX_TEXT) or None
    row = (new_id(), person.id, organisation.id, role, now)
    rows = Rows(MEMBERSHIPS, MEMBERSHIP_COLUMNS, [row], skip_existing=True)
    if not insert_rows(session, rows):
        raise Conflict(
            "%(person)s belongs to %(organisation)s already.",
            person=person.display_name,
            organisation=organisation.display_name,
        )
    note_membership(
        session, "customer.member_added", (person.id, organisation.id), after={"role": role}
    )
    return row[0]


def remove_member(session: Session, membership_id: UUID) -> None:
    """Say that a person no longer belongs to an organisation.

    :raises NotFound: there is no such membership, or one side is out of sight.
    """
    found = session.scalars(
        select(CustomerMembership)
        .join(Customer, Customer.id == CustomerMembership.person_id)
        .where(CustomerMembership.id == membership_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such membership.")
    session.execute(delete(MEMBERSHIPS).where(MEMBERSHIPS.c.id == membership_id))
    both = found.person_id, found.organisation_id
    note_membership(session, "customer.member_removed", both, before={"role": found.role})


def organisations_of(session: Session, person_id: UUID) -> Sequence[Member]:
    """Return the organisations that a person belongs to, by name."""
    return _members(
        session, CustomerMembership.organisation_id, CustomerMembership.person_id, person_id
    )


def people_of(session: Session, organisation_id: UUID, limit: int = 200) -> Sequence[Member]:
    """Return the people who belong to an organisation, by name."""
    m = CustomerMembership
    return _members(session, m.person_id, m.organisation_id, organisation_id, limit)


def _members(
    session: Session, shown: Any, fixed: Any, customer_id: UUID, limit: int | None = None
) -> Sequence[Member]:
    m, c = CustomerMembership, Customer
    rows = session.execute(
        select(m.id, c.id, c.display_name, m.role)
        .join(c, c.id == shown)
        .where(fixed == customer_id, c.merged_into.is_(None), c.erased_at.is_(None))
        .order_by(c.sort_name)
        .limit(limit)
    )
    return [Member(*row) for row in rows]


def note_membership(
    session: Session,
    action: str,
    both: tuple[UUID, UUID],
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note it on both sides; the role is the person's and stands only there."""
    person_id, organisation_id = both
    sides = ((person_id, organisation_id, True), (organisation_id, person_id, False))
    for subject, other, own in sides:
        audit.record(
            session,
            action,
            ("customer", subject),
            before=before and {**(before if own else {}), "customer": other},
            after=after and {**(after if own else {}), "customer": other},
        )
        announce_change(session, subject, ("memberships",))
