"""Take an import back: customers that it made disappear, those that it changed are as before.

A customer with trade, rewards or a change by somebody else since is kept; so is a field that
somebody changed since. The caller calls again, a transaction each time, until nothing is left.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, bindparam, delete, literal_column, select, text, update
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain import imported_relations
from guanxi.customers.domain.changing import write_changes
from guanxi.customers.domain.identity_changes import remove_labelled
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.domain.names import sort_key
from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES
from guanxi.customers.models import Customer
from guanxi.events.vocabulary import CustomerErased

AT_ONCE: Final = 500
_RESTORED: Final = "customer.restored"
_IN_USE: Final = literal_column(
    "(EXISTS (SELECT FROM touchpoints t"
    " WHERE t.customer_id = customers.id AND t.state = 'recorded')"
    " OR EXISTS (SELECT FROM rewards r WHERE r.customer_id = customers.id)"
    " OR EXISTS (SELECT FROM audit_entries a WHERE a.subject_kind = 'customer'"
    " AND a.subject_id = customers.id::text"
    " AND a.change_set IS DISTINCT FROM customers.import_id))",
    Boolean,
)
_CHANGED: Final = text(
    """
    SELECT DISTINCT e.subject_id FROM audit_entries e
    JOIN customers c ON c.id = e.subject_id::uuid AND c.erased_at IS NULL
    WHERE e.change_set = :import_id AND e.action = 'customer.changed' AND e.before IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM audit_entries u WHERE u.subject_kind = 'customer' AND u.id > e.id
          AND u.subject_id = e.subject_id AND u.action = 'customer.restored'
          AND u.change_set = :import_id)
    LIMIT :limit
    """
)
_CHANGES: Final = text(
    """
    SELECT e.subject_id, e.before, e.after FROM audit_entries e
    WHERE e.change_set = :import_id AND e.action = 'customer.changed' AND e.before IS NOT NULL
      AND e.subject_id IN :subjects
    ORDER BY e.id DESC
    """
).bindparams(bindparam("subjects", expanding=True))
_NAME: Final = ("display_name", "family_name", "given_name", "name_order")
Changes = Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
"""What an import changed at one customer, before and after, the latest first."""


class TakenBack(NamedTuple):
    """How many customers one step removed, set back, or left because of later work."""

    removed: int = 0
    restored: int = 0
    kept: int = 0


def undo_import(
    session: Session, import_id: UUID, *, now: datetime, limit: int = AT_ONCE
) -> TakenBack:
    """Take back up to ``limit`` customers of an import; all zero when nothing is left to do."""
    done = _withdraw(session, import_id, now, limit)
    if not any(done):
        done = TakenBack(restored=len(imported_relations.withdraw(session, import_id)))
    return done if any(done) else _restore(session, import_id, now, limit)


def _withdraw(session: Session, import_id: UUID, now: datetime, limit: int) -> TakenBack:
    c = CUSTOMERS.c
    made = select(c.id, _IN_USE.label("in_use")).where(
        c.import_id == import_id, c.erased_at.is_(None)
    )
    rows = session.execute(made.limit(limit).with_for_update(of=CUSTOMERS)).all()
    gone = [row.id for row in rows if not row.in_use]
    kept = [row.id for row in rows if row.in_use]
    if kept:
        session.execute(update(CUSTOMERS).where(c.id.in_(kept)).values(import_id=None))
    if gone:
        imported_relations.withdraw(session, import_id, of=gone)
        session.execute(delete(IDENTITIES).where(IDENTITIES.c.customer_id.in_(gone)))
        session.execute(update(CUSTOMERS).where(c.id.in_(gone)).values(_blank(now)))
    for customer_id in gone:
        events.append(session, CustomerErased(customer_id=customer_id))
        audit.record(session, "customer.import_undone", ("customer", customer_id))
    return TakenBack(removed=len(gone), kept=len(kept))


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


def _restore(session: Session, import_id: UUID, now: datetime, limit: int) -> TakenBack:
    subjects = session.scalars(_CHANGED, {"import_id": import_id, "limit": limit}).all()
    found: dict[str, list[Any]] = {subject: [] for subject in subjects}
    if subjects:
        which = {"import_id": import_id, "subjects": subjects}
        for subject, before, after in session.execute(_CHANGES, which):
            found[subject].append((before, after or {}))
    restored = kept = 0
    for subject, changes in found.items():
        customer = get_customer(session, UUID(subject), lock=True)
        # Marks it as done, whatever became of it.
        audit.record(session, _RESTORED, ("customer", UUID(subject)))
        whole = customer.erased_at is None and _set_back(session, customer, changes, now)
        restored, kept = restored + whole, kept + (not whole)
    return TakenBack(restored=restored, kept=kept)


def _set_back(session: Session, customer: Customer, changes: Changes, now: datetime) -> bool:
    """Put back what is still as the import left it; return whether that was everything."""
    whole = True
    for before, after in changes:
        if "identities" in before:
            added = set(after["identities"]) - set(before["identities"])
            remove_labelled(session, customer, added, now=now, action=_RESTORED)
            continue
        wanted, is_whole = _still(customer, before, after)
        whole &= is_whole
        write_changes(session, customer, wanted, now=now, action=_RESTORED)
    return whole


def _still(
    customer: Customer, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """The columns to put back, those that are still as the import left them, and if that is all."""
    columns = {name for name in before if name in CUSTOMERS.c and name != "custom"}
    same = {n for n in columns if _plain(getattr(customer, n)) == _plain(after.get(n))}
    wanted = {name: _value(name, before[name]) for name in same}
    whole = same == columns
    if "custom" in before:
        wanted["custom"], custom_whole = _custom(customer.custom, before["custom"], after["custom"])
        whole &= custom_whole
    if "display_name" in wanted:
        family = wanted.get("family_name", customer.family_name) or ""
        given = wanted.get("given_name", customer.given_name) or ""
        parts = (family, given) if family or given else (wanted["display_name"], "")
        wanted["sort_name"] = sort_key(*parts)
    return wanted, whole


def _custom(
    now: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """The custom values to put back, key by key, and whether that is all that was changed."""
    changed = [k for k in {*before, *after} if before.get(k) != after.get(k)]
    back = [key for key in changed if now.get(key) == after.get(key)]
    values = {**now, **{key: before.get(key) for key in back}}
    return {k: v for k, v in values.items() if v is not None}, len(back) == len(changed)


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
