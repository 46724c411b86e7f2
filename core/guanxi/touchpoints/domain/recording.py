"""Record one touchpoint, in as few statements as it takes: its row, its lines, event and audit.

A path for programs that send one call per contact, hundreds a second; ``bulk.py`` is for many
at once. The database itself says what is wrong (unknown kind, repeated external id), so nothing
is read beforehand as long as everything is right.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Dialect, Insert, Table, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert, psycopg
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.models import Customer
from guanxi.db import write_context
from guanxi.errors import Conflict
from guanxi.events.vocabulary import TouchpointRecorded
from guanxi.ids import new_id
from guanxi.plugins import dispatch
from guanxi.touchpoints.domain.customers import resolve_one
from guanxi.touchpoints.domain.drafts import Draft, checked
from guanxi.touchpoints.domain.facts import audited, facts_of_draft, fingerprint
from guanxi.touchpoints.domain.faults import explain
from guanxi.touchpoints.domain.repeats import Known, known_touchpoint, refuse_different
from guanxi.touchpoints.domain.stored_lines import write_lines
from guanxi.touchpoints.models import Touchpoint

HOOK: Final = "check_touchpoint"
TOUCHPOINTS: Final[Table] = Touchpoint.__table__  # type: ignore[assignment]
COLUMNS: Final = (
    "id",
    "customer_id",
    "customer_hint",
    "channel",
    "kind",
    "direction",
    "occurred_at",
    "staff_id",
    "subject",
    "note",
    "outcome",
    "amount",
    "currency",
    "source",
    "external_id",
    "fingerprint",
    "import_id",
    "created_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a draft is now. ``created`` is False where the source had sent it before.

    ``draft`` is what was written, with clean texts and its amount; None for a repeat.
    """

    id: UUID
    customer_id: UUID | None
    version: int
    created: bool
    draft: Draft | None = None


def record(session: Session, draft: Draft, *, now: datetime) -> Recorded:
    """Record ``draft``, or return what its source recorded before with the same contents.

    :raises InvalidField: a field that does not do, an unknown channel, kind or customer.
    :raises DifferentTouchpoint: the external id stands for something else.
    :raises Refused: a plugin said no.
    """
    draft = checked(draft, now=now)
    if _plugins_judge(session):
        known = known_touchpoint(session, draft)
        if known is not None:
            return _repeated(session, draft, known)
    customer_id = _seen_customer(session, draft.customer_id)
    dispatch.check(session, HOOK, touchpoint=facts_of_draft(draft, customer_id))
    touchpoint_id = new_id()
    written = _insert(session, touchpoint_id, draft, customer_id, now)
    if not written:
        known = known_touchpoint(session, draft)
        if known is not None:
            return _repeated(session, draft, known)
        customer_id = _insert_for_merged(session, touchpoint_id, draft, now)
    write_lines(session, touchpoint_id, draft.lines)
    announce(session, touchpoint_id, draft, customer_id)
    return Recorded(touchpoint_id, customer_id, 1, created=True, draft=draft)


def announce(session: Session, touchpoint_id: UUID, draft: Draft, customer_id: UUID | None) -> None:
    """Append the event and the audit entry of a new touchpoint."""
    facts = facts_of_draft(draft, customer_id)
    events.append(
        session,
        TouchpointRecorded(customer_id=customer_id, touchpoint_id=touchpoint_id, touchpoint=facts),
    )
    audit.record(
        session,
        "touchpoint.recorded",
        ("touchpoint", touchpoint_id),
        after=audited(draft, customer_id),
    )


def row_of(
    touchpoint_id: UUID,
    draft: Draft,
    customer_id: UUID | None,
    now: datetime,
    import_id: UUID | None = None,
) -> tuple[Any, ...]:
    """Return the values of a new row in the order of ``COLUMNS``."""
    return (
        touchpoint_id,
        customer_id,
        draft.customer_hint,
        draft.channel,
        draft.kind,
        draft.direction,
        draft.occurred_at,
        draft.staff_id,
        draft.subject,
        draft.note,
        draft.outcome,
        draft.amount,
        draft.currency,
        draft.source,
        draft.external_id,
        None if draft.external_id is None else fingerprint(draft),
        import_id,
        now,
        now,
    )


_DIALECT: Final[Dialect] = psycopg.dialect()  # type: ignore[no-untyped-call]


def _sql(statement: Any) -> str:
    """Return the text of an insert that leaves alone what is already there.

    Compiling once and handing the driver plain text halves our own part of a call.
    """
    careful = statement.on_conflict_do_nothing(
        index_elements=[TOUCHPOINTS.c.source, TOUCHPOINTS.c.external_id],
        index_where=TOUCHPOINTS.c.external_id.is_not(None),
    )
    return str(careful.compile(dialect=_DIALECT))


def _for_customer() -> Insert:
    """Insert from the customer's own row, which proves that it exists and keeps it from merging."""
    customers: Table = Customer.__table__  # type: ignore[assignment]
    gone = func.num_nonnulls(customers.c.merged_into, customers.c.erased_at)
    living = (
        select(*({**_VALUES, "customer_id": customers.c.id}).values())
        .where(customers.c.id == _VALUES["customer_id"])
        # Said so that no partial index fits: the primary key is the one to use, always.
        .where(gone == literal_column("0"))
        .with_for_update(read=True, key_share=True)
    )
    return insert(TOUCHPOINTS).from_select(COLUMNS, living)


_VALUES: Final = {n: bindparam(f"new_{n}", type_=TOUCHPOINTS.c[n].type) for n in COLUMNS}
_PARAMETERS: Final = tuple(f"new_{n}" for n in COLUMNS)
_FOR_NOBODY: Final = _sql(insert(TOUCHPOINTS).values(_VALUES))
_FOR_CUSTOMER: Final = _sql(_for_customer())


def _insert(
    session: Session, touchpoint_id: UUID, draft: Draft, customer_id: UUID | None, now: datetime
) -> bool:
    """Insert the row; False if the customer is gone or the external id is taken."""
    values = dict(zip(_PARAMETERS, row_of(touchpoint_id, draft, customer_id, now), strict=True))
    statement = _FOR_NOBODY if customer_id is None else _FOR_CUSTOMER
    try:
        return session.connection().exec_driver_sql(statement, values).rowcount == 1
    except IntegrityError as error:
        explain(error, channel=draft.channel, kind=draft.kind, outcome=draft.outcome)


def _insert_for_merged(
    session: Session, touchpoint_id: UUID, draft: Draft, now: datetime
) -> UUID | None:
    """Insert for the customer that the draft's was merged into, if that is what happened."""
    customer_id = None if draft.customer_id is None else resolve_one(session, draft.customer_id)
    if not _insert(session, touchpoint_id, draft, customer_id, now):
        raise Conflict("The same touchpoint is being recorded right now. Try again.")
    return customer_id


def _seen_customer(session: Session, customer_id: UUID | None) -> UUID | None:
    if customer_id is None or not session.info.get("criteria"):
        return customer_id
    return resolve_one(session, customer_id)


def _plugins_judge(session: Session) -> bool:
    dispatcher = write_context(session).dispatcher
    return dispatcher is not None and bool(dispatcher.implementations(HOOK))


def _repeated(session: Session, draft: Draft, known: Known) -> Recorded:
    refuse_different(session, draft, known)
    return Recorded(known.id, known.customer_id, known.version, created=False)
