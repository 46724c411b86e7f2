"""A touchpoint in its three other forms: the event's facts, the audit entry, the fingerprint.

Subject and note are personal, so neither the log nor the audit of a new touchpoint holds them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from guanxi.events.vocabulary import Line, TouchpointFacts
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.models import Touchpoint

CONTENT: Final = tuple(f.name for f in fields(Draft) if f.name not in ("source", "external_id"))
"""The fields of a draft that can be amended and compared."""


def facts_of_draft(draft: Draft, customer_id: UUID | None) -> TouchpointFacts:
    """Return the facts of a new touchpoint of ``customer_id``."""
    return TouchpointFacts(
        draft.channel,
        draft.kind,
        draft.direction,
        draft.occurred_at,
        customer_id,
        draft.staff_id,
        draft.outcome,
        draft.amount,
        draft.currency,
        draft.source,
        draft.external_id,
        draft.lines,
    )


def facts_of(touchpoint: Touchpoint, lines: tuple[Line, ...]) -> TouchpointFacts:
    """Return the facts of a touchpoint as it stands."""
    return facts_of_draft(draft_of(touchpoint, lines), touchpoint.customer_id)


def without_customer(facts: TouchpointFacts) -> TouchpointFacts:
    """Return the same facts while nobody was known."""
    return replace(facts, customer_id=None)


def draft_of(touchpoint: Touchpoint | Row[Any], lines: tuple[Line, ...]) -> Draft:
    """Return the draft that would record this touchpoint as it stands."""
    values = {name: getattr(touchpoint, name) for name in CONTENT if name != "lines"}
    return Draft(
        **values, lines=lines, source=touchpoint.source, external_id=touchpoint.external_id
    )


def fingerprint(draft: Draft) -> bytes:
    """Return a digest of everything that the source said.

    Equal digests mean equal drafts; a number written in another way (``1.5`` and ``1.50``)
    changes the digest, so different ones have to be compared field by field.
    """
    digest = blake2b(digest_size=16)
    head = [str(getattr(draft, name)) for name in CONTENT if name != "lines"]
    digest.update("\x1f".join(head).encode())
    for line in draft.lines:
        digest.update(
            f"\x1e{line.product}\x1f{line.description}\x1f{line.quantity}\x1f{line.unit_price}".encode()
        )
    return digest.digest()


def differing(ours: Draft, theirs: Draft) -> tuple[str, ...]:
    """Return the names of the fields in which two drafts differ.

    Whom the source named matters only as long as no customer is known.
    """
    found = [name for name in CONTENT if getattr(ours, name) != getattr(theirs, name)]
    if ours.customer_id is not None and "customer_hint" in found:
        found.remove("customer_hint")
    return tuple(found)


def audited(draft: Draft, customer_id: UUID | None) -> Mapping[str, Any]:
    """Return what the audit keeps of a new touchpoint; of its lines only how many there are."""
    kept: dict[str, Any] = {
        "channel": draft.channel,
        "kind": draft.kind,
        "direction": draft.direction,
        "occurred_at": draft.occurred_at,
    }
    optional: Sequence[tuple[str, Any]] = (
        ("customer_id", customer_id),
        ("staff_id", draft.staff_id),
        ("outcome", draft.outcome),
        ("amount", draft.amount),
        ("currency", draft.currency),
        ("external_id", draft.external_id),
        ("lines", len(draft.lines)),
    )
    kept.update((name, value) for name, value in optional if value)
    if draft.external_id is not None:
        kept["source"] = draft.source
    return kept
