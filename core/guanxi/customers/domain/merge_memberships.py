"""Memberships in a merge: they change hands; one that would stand there twice is put aside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, delete, select, update
from sqlalchemy.orm import Session

from guanxi.customers.domain.memberships import MEMBERSHIP_COLUMNS, MEMBERSHIPS
from guanxi.db.inserting import Rows, insert_rows


def move_memberships(session: Session, kept_id: UUID, merged_id: UUID, kind: str) -> dict[str, Any]:
    """Give the memberships of one customer to another; return what takes it back."""
    own, other = _columns(kind)
    table = MEMBERSHIPS
    had = select(other).where(own == kept_id)
    twice = session.execute(
        delete(table).where(own == merged_id, other.in_(had)).returning(*_all())
    ).all()
    moved = session.scalars(
        update(table).where(own == merged_id).values({own.name: kept_id}).returning(table.c.id)
    ).all()
    return {"moved": list(moved), "removed": [list(row) for row in twice]}


def give_memberships_back(
    session: Session, kept_id: UUID, merged_id: UUID, kind: str, undo: Mapping[str, Any]
) -> None:
    """Give back what :func:`move_memberships` took, as far as it is still there."""
    own, _other = _columns(kind)
    moved = [UUID(one) for one in undo.get("moved", ())]
    session.execute(
        update(MEMBERSHIPS)
        .where(own == kept_id, MEMBERSHIPS.c.id.in_(moved))
        .values({own.name: merged_id})
    )
    rows = [_restored(row) for row in undo.get("removed", ())]
    insert_rows(session, Rows(MEMBERSHIPS, MEMBERSHIP_COLUMNS, rows, skip_existing=True))


def _columns(kind: str) -> tuple[Column[UUID], Column[UUID]]:
    person, organisation = MEMBERSHIPS.c.person_id, MEMBERSHIPS.c.organisation_id
    return (person, organisation) if kind == "person" else (organisation, person)


def _all() -> Sequence[Column[Any]]:
    return [MEMBERSHIPS.c[name] for name in MEMBERSHIP_COLUMNS]


def _restored(row: Sequence[Any]) -> tuple[Any, ...]:
    membership_id, person_id, organisation_id, role, created_at = row
    return (
        UUID(membership_id),
        UUID(person_id),
        UUID(organisation_id),
        role,
        datetime.fromisoformat(created_at),
    )
