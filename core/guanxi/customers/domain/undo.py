"""Take an import back: customers that it made disappear, those that it changed are as before.

A customer with trade, contact or changes since is kept; so is a field that somebody changed
since. The caller calls again, a transaction each time, until nothing is left.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, delete, literal_column, select, text, update
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.changing import write_changes
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.domain.names import sort_key
from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES
from guanxi.customers.models import Customer
from guanxi.events.vocabulary import CustomerErased

AT_ONCE: Final = 500
_IN_USE: Final = literal_column(
    "(EXISTS (SELECT FROM touchpoints t"
    " WHERE t.customer_id = customers.id AND t.state = 'recorded')"
    " OR EXISTS (SELECT FROM rewards r WHERE r.customer_id = customers.id))",
    Boolean,
)
_CHANGED: Final = text(
    """
    SELECT e.subject_id, e.before, e.after FROM audit_entries e
    WHERE e.change_set = :import_id AND e.action = 'customer.changed' AND e.before IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM audit_entries u WHERE u.subject_kind = 'customer'
          AND u.subject_id = e.subject_id AND u.action = 'customer.restored' AND u.id > e.id)
    ORDER BY e.id DESC LIMIT :limit
    """
)
_NAME: Final = ("display_name", "family_name", "given_name", "name_order")


def undo_import(session: Session, import_id: UUID, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Take back up to ``limit`` customers of an import; 0 when nothing is left to do."""
    return _withdraw(session, import_id, now, limit) or _restore(session, import_id, now, limit)


def _withdraw(session: Session, import_id: UUID, now: datetime, limit: int) -> int:
    c = CUSTOMERS.c
    made = select(c.id, c.version, _IN_USE.label("in_use")).where(
        c.import_id == import_id, c.erased_at.is_(None)
    )
    rows = session.execute(made.limit(limit).with_for_update(of=CUSTOMERS)).all()
    gone = [row.id for row in rows if not row.in_use and row.version == 1]
    kept = [row.id for row in rows if row.id not in set(gone)]
    if kept:
        session.execute(update(CUSTOMERS).where(c.id.in_(kept)).values(import_id=None))
    if gone:
        session.execute(delete(IDENTITIES).where(IDENTITIES.c.customer_id.in_(gone)))
        session.execute(update(CUSTOMERS).where(c.id.in_(gone)).values(_blank(now)))
    for customer_id in gone:
        events.append(session, CustomerErased(customer_id=customer_id))
        audit.record(session, "customer.import_undone", ("customer", customer_id))
    return len(rows)


def _blank(now: datetime) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("family_name", "given_name", "language", "country", "region", "city", "street",
         "postcode", "birthday", "note", "source"),
    )  # fmt: skip
    return {
        **empty,
        "display_name": "–",
        "sort_name": "",
        "tags": [],
        "custom": {},
        "search_tokens": [],
        "erased_at": now,
        "updated_at": now,
        "version": CUSTOMERS.c.version + 1,
    }


def _restore(session: Session, import_id: UUID, now: datetime, limit: int) -> int:
    rows = session.execute(_CHANGED, {"import_id": import_id, "limit": limit}).all()
    for subject_id, before, after in rows:
        customer = get_customer(session, UUID(subject_id), lock=True)
        wanted = _still(customer, before, after or {})
        if not (customer.erased_at is None and wanted and _apply(session, customer, wanted, now)):
            audit.record(session, "customer.restored", ("customer", customer.id))
    return len(rows)


def _apply(session: Session, customer: Customer, wanted: dict[str, Any], now: datetime) -> bool:
    return write_changes(session, customer, wanted, now=now, action="customer.restored")


def _still(
    customer: Customer, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns to put back: those that are still as the import left them."""
    columns = {name for name in before if name in CUSTOMERS.c}
    same = {n for n in columns if _plain(getattr(customer, n)) == _plain(after.get(n))}
    wanted = {name: _value(name, before[name]) for name in same}
    if "display_name" in wanted:
        family = wanted.get("family_name", customer.family_name) or ""
        given = wanted.get("given_name", customer.given_name) or ""
        whole = (family, given) if family or given else (wanted["display_name"], "")
        wanted["sort_name"] = sort_key(*whole)
    return wanted


def _plain(value: Any) -> Any:
    return (
        value.isoformat()
        if isinstance(value, date)
        else str(value)
        if isinstance(value, UUID)
        else value
    )


def _value(name: str, stored: Any) -> Any:
    if stored is None:
        return None
    if name == "birthday":
        return date.fromisoformat(stored)
    return UUID(stored) if name == "owner_id" else stored
