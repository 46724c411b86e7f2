"""The history of a customer's fields, read from the audit log: who set what when (字段来源)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.audit.models import AuditEntry

READ: Final = 300
"""Entries that tell where fields come from; older ones do not count."""
Changes = Sequence[tuple[str, Any, Any]]
"""Field, before, after; custom fields one by one."""


class Step(NamedTuple):
    """One entry of the history."""

    id: int
    at: datetime
    actor: str
    action: str
    changes: Changes


class Origin(NamedTuple):
    """Where the present value of a field comes from."""

    field: str
    value: Any
    at: datetime
    actor: str


def steps_of(
    session: Session, customer_id: UUID, *, limit: int, before: int | None = None
) -> list[Step]:
    """Return what was done to a customer, the latest first, older than the entry ``before``."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "customer", AuditEntry.subject_id == str(customer_id))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [_step(entry) for entry in session.scalars(query)]


def origins_in(steps: Sequence[Step]) -> list[Origin]:
    """Return for every field in ``steps``, the latest first, where its present value comes from."""
    found: dict[str, Origin] = {}
    for step in steps:
        for field, _before, after in step.changes:
            found.setdefault(field, Origin(field, after, step.at, step.actor))
    return sorted(found.values(), key=lambda origin: origin.field)


def without(changes: Changes, hidden: Collection[str]) -> Changes:
    """Return changes without the custom fields in ``hidden``."""
    names = {f"custom.{key}" for key in hidden}
    return [change for change in changes if change[0] not in names]


def _step(entry: AuditEntry) -> Step:
    before, after = flat_changes(entry.before), flat_changes(entry.after)
    names = dict.fromkeys([*before, *after])
    changes = [(name, before.get(name), after.get(name)) for name in names]
    return Step(
        entry.id,
        entry.at,
        entry.actor_name,
        entry.action,
        [change for change in changes if change[1] != change[2]],
    )


def flat_changes(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return one side of an audit entry with the custom fields one by one: ``custom.KEY``."""
    flat = dict(values or {})
    custom = flat.pop("custom", None) or {}
    return {**flat, **{f"custom.{key}": value for key, value in custom.items()}}
