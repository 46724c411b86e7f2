"""Customers as the records that are compared to find duplicates, and their keys as numbers."""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.drafts import CustomerDraft, name_of
from guanxi.customers.domain.duplicates import OrganisationRecord, PersonRecord, Record
from guanxi.customers.domain.duplicates.keys import blocking_keys
from guanxi.customers.domain.identities import IdentityKind
from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES

_PLACE = ("street", "city", "postcode", "country")


def stored_records(session: Session, customer_ids: Collection[UUID]) -> Mapping[UUID, Record]:
    """Return the records of customers, whoever asks; merged and erased ones are missing.

    So are those with invented names: a name that nobody bears is no sign of who somebody is.
    """
    c = CUSTOMERS.c
    rows = session.execute(
        select(
            c.id, c.kind, c.display_name, c.family_name, c.given_name, c.birthday,
            c.street, c.city, c.postcode, c.country,
        ).where(
            c.id.in_(customer_ids),
            c.merged_into.is_(None),
            c.erased_at.is_(None),
            c.invented.is_(False),
        )
    ).mappings()  # fmt: skip
    identities = _identities(session, customer_ids)
    return {row["id"]: _record(dict(row), identities.get(row["id"], [])) for row in rows}


def draft_record(draft: CustomerDraft) -> Record:
    """Return the record of somebody who is about to be created."""
    name = name_of(draft)
    values = {
        "kind": draft.kind,
        "display_name": name.display_name,
        "family_name": name.family_name,
        "given_name": name.given_name,
        "birthday": draft.birthday,
        **{place: getattr(draft, place) for place in _PLACE},
    }
    return _record(values, [(str(one.kind), one.source, one.value) for one in draft.identities])


def number_of(key: str) -> int:
    """Return a blocking key as a signed 64-bit number, so that an index of them stays small."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def key_numbers(record: Record) -> list[int]:
    """Return the blocking keys of a record as numbers."""
    return [number_of(key) for key in blocking_keys(record)]


def _identities(
    session: Session, customer_ids: Collection[UUID]
) -> dict[UUID, list[tuple[str, str, str]]]:
    c = IDENTITIES.c
    found: dict[UUID, list[tuple[str, str, str]]] = {}
    rows = session.execute(
        select(c.customer_id, c.kind, c.source, c.value).where(c.customer_id.in_(customer_ids))
    )
    for customer_id, kind, source, value in rows:
        found.setdefault(customer_id, []).append((kind, source, value))
    return found


def _record(values: Mapping[str, Any], identities: list[tuple[str, str, str]]) -> Record:
    reachable: dict[str, Any] = {place: values[place] or "" for place in _PLACE}
    reachable |= {
        "emails": [value for kind, _source, value in identities if kind == IdentityKind.EMAIL],
        "phones": [value for kind, _source, value in identities if kind == IdentityKind.PHONE],
        "external_ids": [
            (source, value)
            for kind, source, value in identities
            if kind in (IdentityKind.EXTERNAL, IdentityKind.SOCIAL)
        ],
    }
    if values["kind"] == "organisation":
        return OrganisationRecord(name=values["display_name"], **reachable)
    return PersonRecord(
        family=values["family_name"] or "",
        given=values["given_name"] or "",
        full=values["display_name"],
        birthday=values["birthday"],
        **reachable,
    )
