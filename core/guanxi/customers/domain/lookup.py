"""Find customers by id, through merges, and by identity, within the session's row rule."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Select, Table, Text, cast, func, literal, select, true
from sqlalchemy.orm import Session

from guanxi.customers.domain.faults import NoSuchCustomer
from guanxi.customers.domain.identities import Identity, IdentityKind
from guanxi.customers.models import Customer, CustomerIdentity
from guanxi.db.literals import text_array

_IDENTITIES: Final[Table] = CustomerIdentity.__table__  # type: ignore[assignment]
_MAX_MERGES: Final = 100
"""Links of a chain of merges that are followed; nobody merges that often by hand."""


def get_customer(session: Session, customer_id: UUID, *, lock: bool = False) -> Customer:
    """Return the customer that ``customer_id`` stands for today, following merges.

    An erased customer is returned, too, as the shell that is left.

    :param lock: keep others from changing or merging it until the transaction ends.
    :raises NoSuchCustomer: there is none that the session may see.
    """
    for _ in range(_MAX_MERGES):
        customer = session.scalars(_one(customer_id, lock=lock)).one_or_none()
        if customer is None:
            raise NoSuchCustomer
        if customer.merged_into is None:
            return customer
        customer_id = customer.merged_into
    raise NoSuchCustomer


def _one(customer_id: UUID, *, lock: bool) -> Select[Customer]:
    statement = select(Customer).where(Customer.id == customer_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return statement


def living_customer(session: Session, customer_id: UUID) -> Customer:
    """Return the customer locked for a change, following merges.

    :raises NoSuchCustomer: there is none that the session may see, or its data was erased.
    """
    customer = get_customer(session, customer_id, lock=True)
    if customer.erased_at is not None:
        raise NoSuchCustomer
    return customer


def living_pair(session: Session, one_id: UUID, other_id: UUID) -> tuple[Customer, Customer]:
    """Return two customers, locked in the order of their ids so that nobody waits in a circle.

    :raises NoSuchCustomer: one of them is not there, out of sight, or erased.
    """
    found = {one: living_customer(session, one) for one in sorted({one_id, other_id})}
    return found[one_id], found[other_id]


def resolve(session: Session, customer_id: UUID) -> UUID:
    """Return the id under which the customer lives today, following merges.

    :raises NoSuchCustomer: there is none that the session may see.
    """
    return get_customer(session, customer_id).id


def visible(session: Session, customer_ids: Collection[UUID]) -> set[UUID]:
    """Return those of ``customer_ids`` that the session may see."""
    if not customer_ids:
        return set()
    return set(session.scalars(select(Customer.id).where(Customer.id.in_(customer_ids))))


def find_by_identity(
    session: Session, kind: IdentityKind | str, source: str, value: str
) -> UUID | None:
    """Return who has the identity with this normal form, or None; see ``identities.py``."""
    return session.scalar(
        select(CustomerIdentity.customer_id).where(
            CustomerIdentity.kind == str(kind),
            CustomerIdentity.source == source,
            CustomerIdentity.value == value,
        )
    )


Key = tuple[str, str, str]
"""What makes an identity unique: kind, source, value."""


def key_of(identity: Identity) -> Key:
    """Return what makes ``identity`` unique."""
    return str(identity.kind), identity.source, identity.value


def holders_of(session: Session, identities: Collection[Identity]) -> dict[Key, UUID]:
    """Return who has which identity, whether the session may see them or not.

    Only for telling that an identity is taken; show no more of a holder than
    :func:`visible` allows.
    """
    if not identities:
        return {}
    columns = zip(*{key_of(identity) for identity in identities}, strict=True)
    wanted = (
        func.unnest(*(_text_array(column) for column in columns))
        .table_valued("kind", "source", "value", name="wanted")
        .render_derived()
    )
    # The limit changes nothing, for such a row is unique. But it makes the planner look each one
    # up in the index; left the choice it reads the whole table for some thousand of them.
    holder = (
        select(_IDENTITIES.c.customer_id)
        .where(*(_IDENTITIES.c[name] == wanted.c[name] for name in ("kind", "source", "value")))
        .limit(1)
        .lateral("holder")
    )
    query = select(wanted.c.kind, wanted.c.source, wanted.c.value, holder.c.customer_id)
    found = session.execute(query.join_from(wanted, holder, true()))
    return {(kind, source, value): customer_id for kind, source, value, customer_id in found}


def _text_array(values: Sequence[str]) -> Any:
    return cast(literal(text_array(values)), ARRAY(Text))


def identities_of(
    session: Session, customer_ids: Collection[UUID]
) -> Mapping[UUID, list[CustomerIdentity]]:
    """Return the identities of several customers, oldest first."""
    found: dict[UUID, list[CustomerIdentity]] = {one: [] for one in customer_ids}
    if not customer_ids:
        return found
    rows = session.scalars(
        select(CustomerIdentity)
        .where(CustomerIdentity.customer_id.in_(customer_ids))
        .order_by(CustomerIdentity.created_at, CustomerIdentity.id)
    )
    for row in rows:
        found[row.customer_id].append(row)
    return found


def identity_of(row: CustomerIdentity) -> Identity:
    """Return a stored identity as the value that the rules work with."""
    return Identity(IdentityKind(row.kind), row.source, row.value, row.display)
