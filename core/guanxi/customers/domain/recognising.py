"""Recognise customers in a pasted list of e-mail addresses, phone numbers, numbers and ids."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.identities import (
    IdentityKind,
    InvalidIdentity,
    normalise_email,
    normalise_phone,
)
from guanxi.customers.domain.text import InvalidText, refuse_unstorable
from guanxi.customers.models import Customer, CustomerIdentity


def recognise(session: Session, words: Iterable[str], *, region: str) -> Mapping[str, UUID | None]:
    """Return who is meant by each word, in the order of the words; None for nobody within sight.

    A word is a customer's id, an e-mail address, a phone number, or the number that another
    system uses for the customer; a number that two systems use for two customers means nobody.

    :param region: whose phone numbers have no country code (ISO 3166-1 alpha-2).
    """
    wanted = list(dict.fromkeys(words))
    known = _holders(session, {word: _forms(word, region) for word in wanted})
    ids = {word: one for word in wanted if (one := _as_id(word) or known.get(word))}
    living = _living(session, set(ids.values()))
    return {word: living.get(ids[word]) if word in ids else None for word in wanted}


def _forms(word: str, region: str) -> tuple[tuple[str, str], ...]:
    """Return the identities that a word may be, as kind and value."""
    if "@" in word:
        return _normal(IdentityKind.EMAIL, lambda: normalise_email(word).value)
    number = _normal(IdentityKind.PHONE, lambda: normalise_phone(word, region).value)
    return (*number, *_normal(IdentityKind.EXTERNAL, lambda: _storable(word)))


def _storable(word: str) -> str:
    """Return a word as it is; one that could not be stored is nobody's number."""
    try:
        refuse_unstorable(word)
    except InvalidText as error:
        raise InvalidIdentity(error.message) from None
    return word


def _normal(kind: IdentityKind, value: Callable[[], str]) -> tuple[tuple[str, str], ...]:
    try:
        return ((str(kind), value()),)
    except InvalidIdentity:
        return ()


def _holders(
    session: Session, forms: Mapping[str, tuple[tuple[str, str], ...]]
) -> Mapping[str, UUID]:
    values = {value for found in forms.values() for _kind, value in found}
    rows = session.execute(
        select(CustomerIdentity.kind, CustomerIdentity.value, CustomerIdentity.customer_id).where(
            CustomerIdentity.value.in_(values)
        )
    )
    holders: dict[tuple[str, str], set[UUID]] = {}
    for kind, value, customer_id in rows:
        holders.setdefault((kind, value), set()).add(customer_id)
    found: dict[str, UUID] = {}
    for word, offered in forms.items():
        meant = set().union(*(holders.get(form, set()) for form in offered))
        if len(meant) == 1:
            found[word] = meant.pop()
    return found


def _as_id(word: str) -> UUID | None:
    try:
        return UUID(word) if len(word) == 36 else None
    except ValueError:
        return None


def _living(session: Session, ids: set[UUID]) -> Mapping[UUID, UUID]:
    """Return under which id those live whom the session may see, through one merge."""
    if not ids:
        return {}
    rows = session.execute(
        select(Customer.id, Customer.merged_into).where(
            Customer.id.in_(ids), Customer.erased_at.is_(None)
        )
    ).all()
    merged = {one: into for one, into in rows if into is not None}
    kept = set(
        session.scalars(
            select(Customer.id).where(
                Customer.id.in_(set(merged.values())),
                Customer.merged_into.is_(None),
                Customer.erased_at.is_(None),
            )
        )
    )
    return {one: into or one for one, into in rows if into is None or into in kept}
