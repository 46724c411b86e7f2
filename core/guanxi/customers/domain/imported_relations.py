"""What an import says about many customers at once beside their fields: memberships and consents.

What is there already is left out, so that the same file again changes nothing. New rows carry
the import, and :func:`withdraw` takes them back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.changing import announce_change
from guanxi.customers.domain.consents import CONSENT_COLUMNS, CONSENTS, Decision, field_of
from guanxi.customers.domain.memberships import MEMBERSHIP_COLUMNS, MEMBERSHIPS, note_membership
from guanxi.db import write_context
from guanxi.db.inserting import Rows, insert_rows
from guanxi.ids import new_id

AT_ONCE: Final = 500


class Join(NamedTuple):
    """A person who belongs to an organisation; both are there and of the right kinds."""

    person_id: UUID
    organisation_id: UUID
    role: str | None = None


class Decided(NamedTuple):
    """A decision of a customer; without ``at`` it is one of today."""

    customer_id: UUID
    decision: Decision
    at: datetime | None = None


def join_many(
    session: Session, joins: Sequence[Join], *, now: datetime, import_id: UUID
) -> set[UUID]:
    """Add the memberships that are not there yet; return the persons who got one."""
    m = MEMBERSHIPS.c
    wanted = {(one.person_id, one.organisation_id): one for one in joins}
    people = [person for person, _ in wanted]
    there = session.execute(
        select(m.person_id, m.organisation_id).where(m.person_id.in_(people))
    ).all()
    for person, organisation in there:
        wanted.pop((person, organisation), None)
    rows = [(new_id(), *one, now, import_id) for one in wanted.values()]
    columns = (*MEMBERSHIP_COLUMNS, "import_id")
    insert_rows(session, Rows(MEMBERSHIPS, columns, rows, skip_existing=True))
    for both, one in wanted.items():
        note_membership(session, "customer.member_added", both, after={"role": one.role})
    return {person for person, _ in wanted}


def consent_many(
    session: Session, decided: Sequence[Decided], *, now: datetime, import_id: UUID
) -> set[UUID]:
    """Note decisions that say something new; return the customers whose decisions they are.

    One without a date says something new where the latest says otherwise; one with a date where
    none of that date says the same.
    """
    known = _decisions(session, {one.customer_id for one in decided})
    new = [one for one in decided if not _is_known(one, known)]
    actor = write_context(session).actor.name
    rows = [
        (new_id(), of, d.channel, d.purpose, d.given, at or now, d.evidence, actor, import_id)
        for of, d, at in new
    ]
    insert_rows(session, Rows(CONSENTS, (*CONSENT_COLUMNS, "import_id"), rows))
    by_customer: dict[UUID, dict[str, bool]] = {}
    for one in new:
        by_customer.setdefault(one.customer_id, {})[field_of(one.decision)] = one.decision.given
    for customer_id, values in by_customer.items():
        _note_consents(session, customer_id, after=values)
    return set(by_customer)


def withdraw(session: Session, import_id: UUID, *, of: Sequence[UUID] | None = None) -> set[UUID]:
    """Take back memberships and consents of an import; return the customers that had them.

    :param of: only those of these customers, else up to some hundred; call it until none is left.
    """
    return _withdraw_memberships(session, import_id, of) | _withdraw_consents(
        session, import_id, of
    )


def _decisions(session: Session, customer_ids: set[UUID]) -> dict[tuple[Any, ...], list[Any]]:
    """The decisions by customer, channel and purpose, the latest first."""
    c = CONSENTS.c
    rows = session.execute(
        select(c.customer_id, c.channel, c.purpose, c.given, c.at)
        .where(c.customer_id.in_(customer_ids))
        .order_by(c.at.desc(), c.id.desc())
    )
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        found.setdefault((row.customer_id, row.channel, row.purpose), []).append(row)
    return found


def _is_known(one: Decided, known: dict[tuple[Any, ...], list[Any]]) -> bool:
    rows = known.get((one.customer_id, one.decision.channel, one.decision.purpose), [])
    if one.at is None:
        return bool(rows) and rows[0].given == one.decision.given
    return any(row.at == one.at and row.given == one.decision.given for row in rows)


def _withdraw_memberships(
    session: Session, import_id: UUID, of: Sequence[UUID] | None
) -> set[UUID]:
    m = MEMBERSHIPS.c
    found = select(m.id).where(m.import_id == import_id)
    if of is not None:
        found = found.where(or_(m.person_id.in_(of), m.organisation_id.in_(of)))
    else:
        found = found.limit(AT_ONCE)
    gone = session.execute(
        delete(MEMBERSHIPS).where(m.id.in_(found)).returning(m.person_id, m.organisation_id, m.role)
    ).all()
    for person_id, organisation_id, role in gone:
        both = person_id, organisation_id
        note_membership(session, "customer.member_removed", both, before={"role": role})
    return {person_id for person_id, _, _ in gone}


def _withdraw_consents(session: Session, import_id: UUID, of: Sequence[UUID] | None) -> set[UUID]:
    c = CONSENTS.c
    found = select(c.id).where(c.import_id == import_id)
    found = found.where(c.customer_id.in_(of)) if of is not None else found.limit(AT_ONCE)
    gone = session.execute(
        delete(CONSENTS)
        .where(c.id.in_(found))
        .returning(c.customer_id, c.channel, c.purpose, c.given)
    ).all()
    by_customer: dict[UUID, dict[str, bool]] = {}
    for customer_id, channel, purpose, given in gone:
        field = field_of(Decision(channel, purpose, given))
        by_customer.setdefault(customer_id, {})[field] = given
    for customer_id, values in by_customer.items():
        _note_consents(session, customer_id, before=values)
    return set(by_customer)


def _note_consents(
    session: Session,
    customer_id: UUID,
    *,
    before: dict[str, bool] | None = None,
    after: dict[str, bool] | None = None,
) -> None:
    announce_change(session, customer_id, tuple(sorted(before or after or {})))
    subject = ("customer", customer_id)
    audit.record(session, "customer.consent", subject, before=before, after=after)
