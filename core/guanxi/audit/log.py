"""Record changes; the entries go out with the transaction that made them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from guanxi.audit.models import AuditEntry
from guanxi.db.inserting import Rows
from guanxi.db.write import WriteContext, write_context

_TABLE: Table = AuditEntry.__table__  # type: ignore[assignment]
_COLUMNS = (
    "at",
    "action",
    "subject_kind",
    "subject_id",
    "actor_kind",
    "actor_id",
    "actor_name",
    "request_id",
    "change_set",
    "before",
    "after",
)
_Entry = tuple[str, str, str, Mapping[str, Any] | None, Mapping[str, Any] | None]


def record(
    session: Session,
    action: str,
    subject: tuple[str, UUID | str],
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note that ``action`` (``customer.changed``) turned ``before`` into ``after``.

    Give only the fields that changed. Secrets never belong in here.
    """
    entry: _Entry = (action, subject[0], str(subject[1]), before, after)
    write_context(session).defer("audit", entry, _write)


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two sides of what differs, for :func:`record`."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}


def _write(_session: Session, context: WriteContext, entries: list[_Entry]) -> Rows:
    return Rows(_TABLE, _COLUMNS, [_row(context, entry) for entry in entries])


def _row(context: WriteContext, entry: _Entry) -> tuple[Any, ...]:
    action, kind, subject, before, after = entry
    actor = context.actor
    return (
        context.now,
        action,
        kind,
        subject,
        actor.kind,
        actor.id,
        actor.name,
        context.request_id,
        context.change_set,
        before,
        after,
    )
