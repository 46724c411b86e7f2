"""Where a person may show up without a key that says so: audit, log, stored answers, files."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, cast, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from sqlalchemy.orm import Session

from guanxi.audit.models import AuditEntry
from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES
from guanxi.customers.models import CustomerMerge
from guanxi.db import Base
from guanxi.errors import Refused
from guanxi.events.models import EventRow
from guanxi.exports.models import Export
from guanxi.imports.models import Import
from guanxi.privacy.domain.mentions import clear_mentions, words_of
from guanxi.privacy.domain.rules import SUBJECTS, tables_about_customers
from guanxi.privacy.models import PrivacyRequest
from guanxi.touchpoints.models import Touchpoint
from guanxi.webhooks.models import WebhookDelivery

_AUDIT: Final[Table] = AuditEntry.__table__  # type: ignore[assignment]
_EVENTS: Final[Table] = EventRow.__table__  # type: ignore[assignment]
_DELIVERIES: Final[Table] = WebhookDelivery.__table__  # type: ignore[assignment]
_TOUCHPOINTS: Final[Table] = Touchpoint.__table__  # type: ignore[assignment]
_IMPORTS: Final[Table] = Import.__table__  # type: ignore[assignment]
_BUSY: Final = ("checking", "queued", "running", "undoing")
_NOTHING: Final = {"before": None, "after": None}


def clear_traces(session: Session, ids: Sequence[UUID]) -> None:
    """Clear what the person left outside of the rows that refer to it."""
    words = words_of(session, ids)
    _clear_audit(session, ids)
    _clear_reasons(session, ids)
    _clear_answers(session, ids)
    _clear_hints(session, ids)
    _forget_import_files(session, ids)
    clear_mentions(session, words)


def require_idle_imports(session: Session, ids: Sequence[UUID]) -> None:
    """Refuse while an import that holds the person is running.

    :raises Refused: it would bring back what is being erased.
    """
    busy = session.scalar(
        select(Import.file_name)
        .where(Import.id.in_(_imports(ids)), Import.state.in_(_BUSY))
        .limit(1)
    )
    if busy is not None:
        raise Refused(
            "The import of %(file)s is still running and holds this person. Try again after it.",
            file=busy,
        )


def files_about(session: Session, ids: Sequence[UUID]) -> Sequence[str]:
    """Return the paths of files that hold the person's data."""
    files: list[str | None] = []
    for row in session.execute(
        select(Import.file_path, Import.error_file).where(Import.id.in_(_imports(ids)))
    ):
        files += row
    files += session.scalars(
        select(PrivacyRequest.file_name).where(PrivacyRequest.customer_id.in_(ids))
    )
    # Any list that was written to a file may hold the person; its owner can ask for it again.
    files += session.scalars(select(Export.file_path).where(Export.file_path.is_not(None)))
    return [path for path in files if path]


def _imports(ids: Sequence[UUID]) -> Any:
    customers = select(CUSTOMERS.c.import_id).where(CUSTOMERS.c.id.in_(ids))
    touchpoints = select(_TOUCHPOINTS.c.import_id).where(_TOUCHPOINTS.c.customer_id.in_(ids))
    changes = select(AuditEntry.change_set).where(
        AuditEntry.subject_kind == "customer", AuditEntry.subject_id.in_([str(one) for one in ids])
    )
    return customers.union(touchpoints, changes)


def _clear_audit(session: Session, ids: Sequence[UUID]) -> None:
    a = _AUDIT.c
    for table, columns in tables_about_customers():
        if table.name in SUBJECTS:
            about = select(cast(table.c.id, Text)).where(
                or_(*(column.in_(ids) for column in columns))
            )
            session.execute(
                update(_AUDIT)
                .where(a.subject_kind == SUBJECTS[table.name], a.subject_id.in_(about))
                .values(_NOTHING)
            )
    # The other side of a merge that was taken back still tells of this one.
    m = CustomerMerge
    partners = (
        select(cast(m.kept_id, Text))
        .where(m.merged_id.in_(ids))
        .union(select(cast(m.merged_id, Text)).where(m.kept_id.in_(ids)))
    )
    session.execute(
        update(_AUDIT)
        .where(a.subject_kind == "customer", a.subject_id.in_(partners))
        .where(a.action.in_(("customer.merged", "customer.unmerged")))
        .values(_NOTHING)
    )


def _clear_reasons(session: Session, ids: Sequence[UUID]) -> None:
    """Blank the one text that people write into events: why a reward, why a correction."""
    e = _EVENTS.c
    told = select(e.position).where(e.customer_id.in_(ids), e.payload.has_key("reason"))
    session.execute(update(_DELIVERIES).where(_DELIVERIES.c.position.in_(told)).values(body="{}"))
    session.execute(
        update(_EVENTS)
        .where(e.position.in_(told))
        .values(payload=e.payload.concat(cast(literal({"reason": ""}, JSONB), JSONB)))
    )


def _clear_answers(session: Session, ids: Sequence[UUID]) -> None:
    # Stored answers belong to the layer of requests, which rules do not import.
    answers = Base.metadata.tables["idempotent_answers"]
    body = answers.c.body
    session.execute(
        update(answers)
        .where(or_(*(_holds(body, str(one)) for one in ids)))
        .values(body=b'{"erased": true}')
    )


def _holds(body: ColumnElement[bytes], text: str) -> ColumnElement[bool]:
    return func.position(literal(text.encode(), BYTEA).op("IN")(body)) > 0


def _clear_hints(session: Session, ids: Sequence[UUID]) -> None:
    """Blank the hints of unassigned touchpoints that hold an identity of the person."""
    i, t = IDENTITIES.c, _TOUCHPOINTS.c
    mine = select(i.value).where(i.customer_id.in_(ids))
    shown = select(i.display).where(i.customer_id.in_(ids))
    session.execute(
        update(_TOUCHPOINTS)
        .where(t.customer_id.is_(None), t.customer_hint.in_(mine.union(shown)))
        .values(customer_hint=None)
    )


def _forget_import_files(session: Session, ids: Sequence[UUID]) -> None:
    session.execute(
        update(_IMPORTS)
        .where(_IMPORTS.c.id.in_(_imports(ids)))
        .values(file_path="", error_file=None)
    )
