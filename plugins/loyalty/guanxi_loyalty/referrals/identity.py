"""Whether two customers are one person (自我推荐): by who they are, and by device and payment.

The core lets no two customers have the same address or number, so the spellings are compared that
lead to the same person: an address with a tag or, at Gmail, with dots; and name with birthday.
"""

import hmac
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Customer
from guanxi_loyalty.models import Fingerprint
from guanxi_loyalty.vouchers.secrecy import pepper

_DOTLESS: Final = ("gmail.com", "googlemail.com")
_KNOWN: Final = text(
    "SELECT customer_id, value FROM customer_identities "
    "WHERE customer_id = ANY(:ids) AND kind IN ('email', 'phone')"
)


def suspicion(
    session: Session, referrer_id: UUID, referred_id: UUID, claims: Collection[str] = ()
) -> str | None:
    """Return why one customer may not be rewarded for another; None if nothing speaks against it.

    ``gone``: one was erased. ``same_person``: merged, or alike in address, number, name and
    birthday. ``device``, ``payment``: both were seen with the same.

    :param claims: e-mail addresses and phone numbers that the second gave at the till.
    """
    one, other = _living(session, referrer_id), _living(session, referred_id)
    if one is None or other is None:
        return "gone"
    if _alike(session, one, other, claims):
        return "same_person"
    return _shared(session, one.id, other.id)


def _alike(session: Session, one: Customer, other: Customer, claims: Collection[str]) -> bool:
    if one.id == other.id:
        return True
    rows = session.execute(_KNOWN, {"ids": [one.id, other.id]}).all()
    mine = {plain(row.value) for row in rows if row.customer_id == one.id}
    theirs = {plain(row.value) for row in rows if row.customer_id == other.id}
    if mine & (theirs | {plain(claim) for claim in claims}):
        return True
    return one.birthday is not None and (one.birthday, one.sort_name) == (
        other.birthday,
        other.sort_name,
    )


def plain(value: str) -> str:
    """Return the one spelling of an address or number that all its spellings lead to."""
    value = value.strip().lower()
    name, at, host = value.partition("@")
    if not at:
        return "".join(one for one in value if one.isdigit()).lstrip("0")
    name = name.partition("+")[0]
    if host in _DOTLESS:
        return f"{name.replace('.', '')}@{_DOTLESS[0]}"
    return f"{name}@{host}"


def remember(
    session: Session,
    customer_id: UUID,
    fingerprints: Iterable[tuple[str, str]],
    *,
    now: datetime,
) -> None:
    """Remember devices and means of payment that a customer was seen with, as hashes."""
    key = pepper(session, make=True)
    for kind, value in sorted(fingerprints):
        values: dict[str, object] = {"kind": kind, "value_hash": _hash(key, kind, value)}
        values |= {"customer_id": customer_id, "seen_at": now}
        session.execute(insert(Fingerprint).values(values).on_conflict_do_nothing())


def _shared(session: Session, one_id: UUID, other_id: UUID) -> str | None:
    seen = select(Fingerprint.kind, Fingerprint.value_hash)
    both = seen.where(Fingerprint.customer_id == one_id).intersect(
        seen.where(Fingerprint.customer_id == other_id)
    )
    kinds = sorted(row.kind for row in session.execute(both))
    return kinds[0] if kinds else None


def _hash(key: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256")


def _living(session: Session, customer_id: UUID) -> Customer | None:
    """Return the customer as whom somebody lives today; None if erased."""
    seen: set[UUID] = set()
    found = session.get(Customer, customer_id)
    while found is not None and found.merged_into is not None and found.id not in seen:
        seen.add(found.id)
        found = session.get(Customer, found.merged_into)
    return None if found is None or found.erased_at is not None else found
