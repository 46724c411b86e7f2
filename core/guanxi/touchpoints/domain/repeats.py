"""Has the source sent this before? Found by (source, external id), compared by content."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Table, any_, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.facts import differing, draft_of, fingerprint
from guanxi.touchpoints.domain.faults import DifferentTouchpoint
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.models import Touchpoint

Key = tuple[str, str]
"""Source and external id."""


@dataclass(frozen=True, slots=True)
class Known:
    """A touchpoint that the database has under a key."""

    id: UUID
    customer_id: UUID | None
    version: int
    fingerprint: bytes | None


_T: Table = Touchpoint.__table__  # type: ignore[assignment]
_KNOWN: Final = select(
    _T.c.external_id, _T.c.id, _T.c.customer_id, _T.c.version, _T.c.fingerprint
).where(
    _T.c.source == bindparam("source"),
    _T.c.external_id == any_(bindparam("external_ids", type_=ARRAY(Text))),
)


def known_touchpoints(session: Session, keys: Iterable[Key]) -> dict[Key, Known]:
    """Return what is already recorded under ``keys``, with one statement per source.

    The row rule does not apply: the key is taken, whoever may see what it stands for.
    """
    by_source: dict[str, list[str]] = {}
    for source, external_id in keys:
        by_source.setdefault(source, []).append(external_id)
    return {
        (source, external_id): Known(*known)
        for source, external_ids in by_source.items()
        for external_id, *known in session.execute(
            _KNOWN, {"source": source, "external_ids": external_ids}
        )
    }


def known_touchpoint(session: Session, draft: Draft) -> Known | None:
    """Return what is already recorded under the draft's own key."""
    if draft.external_id is None:
        return None
    key = (draft.source, draft.external_id)
    return known_touchpoints(session, (key,)).get(key)


def refuse_different(session: Session, draft: Draft, known: Known) -> None:
    """Raise unless ``draft`` says what the source said before, or what is recorded by now.

    :raises DifferentTouchpoint: with the fields that differ.
    """
    if known.fingerprint == fingerprint(draft):
        return
    stored = session.execute(select(*_T.c).where(_T.c.id == known.id)).one()
    current = draft_of(stored, lines_of(session, known.id))
    fields = differing(current, draft)
    if fields:
        raise DifferentTouchpoint(known.id, fields, external_id=draft.external_id or "")


def refuse_other_contents(draft: Draft, first: Draft, first_id: UUID) -> None:
    """Raise unless ``draft`` repeats ``first``, which came under the same key in one batch.

    :raises DifferentTouchpoint: with the fields that differ.
    """
    fields = differing(first, draft)
    if fields:
        raise DifferentTouchpoint(first_id, fields, external_id=draft.external_id or "")


def keys_of(drafts: Iterable[Draft]) -> Collection[Key]:
    """Return the keys of those drafts that have one."""
    return {(d.source, d.external_id) for d in drafts if d.external_id is not None}
