"""The one statement that writes a touchpoint, and what stands in its row.

It checks on its way what it refers to: the customer's own row, which it locks against a merge,
and the words of the three lists. Foreign keys to those lists would do the same, but lock the
same few rows for every touchpoint there is.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Select,
    Table,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert, psycopg
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi.customers.models import Customer
from guanxi.db import direct
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.facts import fingerprint
from guanxi.touchpoints.domain.faults import explain
from guanxi.touchpoints.models import Channel, Outcome, Touchpoint, TouchpointKind

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


def insert_touchpoint(
    session: Session, touchpoint_id: UUID, draft: Draft, customer_id: UUID | None, now: datetime
) -> bool:
    """Insert the row; False if a word is unknown, the customer gone or the external id taken.

    :raises InvalidField: there is no such staff member.
    """
    values = dict(zip(_PARAMETERS, row_of(touchpoint_id, draft, customer_id, now), strict=True))
    statement = _FOR_NOBODY if customer_id is None else _FOR_CUSTOMER
    try:
        return direct.run(session.connection(), statement, values).rowcount == 1
    except IntegrityError as error:
        explain(error)


def _words_exist() -> tuple[ColumnElement[bool], ...]:
    outcome = _VALUES["outcome"]
    return (
        exists().where(Channel.key == _VALUES["channel"]),
        exists().where(TouchpointKind.key == _VALUES["kind"]),
        or_(outcome.is_(None), exists().where(Outcome.key == outcome)),
    )


def _for_customer() -> Select[*tuple[Any, ...]]:
    customers: Table = Customer.__table__  # type: ignore[assignment]
    gone = func.num_nonnulls(customers.c.merged_into, customers.c.erased_at)
    return (
        select(*({**_VALUES, "customer_id": customers.c.id}).values())
        .where(customers.c.id == _VALUES["customer_id"])
        # Said so that no partial index fits: the primary key is the one to use, always.
        .where(gone == literal_column("0"))
        .with_for_update(read=True, key_share=True)
    )


def _sql(row: Select[*tuple[Any, ...]]) -> str:
    """Return the text of an insert of ``row`` that leaves alone what is already there.

    Compiling once and handing the driver plain text halves our own part of a call.
    """
    statement = insert(TOUCHPOINTS).from_select(COLUMNS, row.where(*_words_exist()))
    careful = statement.on_conflict_do_nothing(
        index_elements=[TOUCHPOINTS.c.source, TOUCHPOINTS.c.external_id],
        index_where=TOUCHPOINTS.c.external_id.is_not(None),
    )
    return str(careful.compile(dialect=_DIALECT))


_DIALECT: Final[Dialect] = psycopg.dialect()  # type: ignore[no-untyped-call]
_VALUES: Final = {n: bindparam(f"new_{n}", type_=TOUCHPOINTS.c[n].type) for n in COLUMNS}
_PARAMETERS: Final = tuple(f"new_{n}" for n in COLUMNS)
_FOR_NOBODY: Final = _sql(select(*_VALUES.values()))
_FOR_CUSTOMER: Final = _sql(_for_customer())
