"""Finds whom the rows of a file name: owners by e-mail, organisations by number or name."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.access.models import User
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.lookup import Key, holders_of, key_of
from guanxi.customers.domain.names import sort_key
from guanxi.customers.models import Customer
from guanxi.errors import Conflict, GuanxiError, Invalid
from guanxi.imports.importers.customer_rows import Organisation


def owners_of(session: Session, emails: Iterable[str]) -> Mapping[str, UUID]:
    """Return active users by their e-mail address in small letters."""
    wanted = {email for email in emails if email}
    if not wanted:
        return {}
    address = func.lower(User.email)
    found = session.execute(select(address, User.id).where(address.in_(wanted), User.active))
    return dict(found.all())


def no_such_owner(email: str) -> GuanxiError:
    """Return the error for an owner who is no user."""
    return Invalid(
        "There is no user with the e-mail address %(email)s. An admin can add one.",
        fields={"owner": []},
        email=email[:100],
    )


Found = UUID | GuanxiError | None
"""An organisation's id, why it cannot be told, or None where it is yet to be created."""


def organisations_of(
    session: Session, wanted: Iterable[Organisation]
) -> Mapping[Organisation, Found]:
    """Find organisations by their number in the other system, else by their exact name."""
    distinct = set(wanted)
    numbered = holders_of(session, [one.identity for one in distinct if one.identity])
    named = _by_name(session, {one.name for one in distinct if one.name})
    return {one: _found(one, numbered, named) for one in distinct}


def draft_of(organisation: Organisation, source: str | None) -> CustomerDraft:
    """Return the draft of an organisation that is not there yet."""
    identities = (organisation.identity,) if organisation.identity else ()
    return CustomerDraft(
        kind="organisation",
        name=organisation.name or None,
        source=source,
        identities=identities,
    )


def _found(
    one: Organisation, numbered: Mapping[Key, UUID], named: Mapping[str, list[UUID]]
) -> Found:
    if one.identity is not None:
        return numbered.get(key_of(one.identity))
    same = named.get(one.name.casefold(), [])
    if len(same) > 1:
        return Conflict(
            "There are several organisations called %(name)s. Give its number in the other system.",
            name=one.name[:100],
        )
    return same[0] if same else None


def _by_name(session: Session, names: set[str]) -> Mapping[str, list[UUID]]:
    """The ids of organisations by name without case; the index of the sort name finds them."""
    if not names:
        return {}
    keys = {sort_key(name, "") for name in names}
    rows = session.execute(
        select(Customer.display_name, Customer.id).where(
            Customer.sort_name.in_(keys),
            Customer.kind == "organisation",
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
        )
    )
    found: dict[str, list[UUID]] = {}
    for name, customer_id in rows:
        found.setdefault(name.casefold(), []).append(customer_id)
    return found
