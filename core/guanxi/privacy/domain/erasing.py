"""Erase everything personal about one customer (删除个人数据), in one transaction.

What stays is a shell: an id, instants, amounts. Plugins erase theirs first, disabled ones too;
if one cannot, nothing is erased anywhere. ``traces.py`` clears what does not refer to customers
by a key.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.faults import ChangedMeanwhile
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.db import write_context
from guanxi.errors import GuanxiError, Refused
from guanxi.events.vocabulary import CustomerErased
from guanxi.privacy.domain.family import ids_of
from guanxi.privacy.domain.rules import RULES, tables_about_customers
from guanxi.privacy.domain.traces import clear_traces, files_about, require_idle_imports
from guanxi.privacy.models import Erasure


def erase_person(session: Session, customer_id: UUID, *, now: datetime) -> Sequence[str]:
    """Erase a customer and everybody merged into it.

    Returns the paths of files that hold the person's data; remove them after the commit.

    :raises NoSuchCustomer: there is none that the session may see.
    :raises ChangedMeanwhile: it was erased before.
    :raises Refused: a plugin could not erase, or an import is running.
    """
    customer = get_customer(session, customer_id, lock=True)
    if customer.erased_at is not None:
        raise ChangedMeanwhile("This person's data was erased already.")
    ids = ids_of(session, customer.id)
    require_idle_imports(session, ids)
    for one in ids:
        _ask_plugins(session, one, now)
    files = files_about(session, ids)
    clear_traces(session, ids)
    for table, columns in reversed(tables_about_customers()):
        _apply(session, table, columns, ids)
    _mark_erased(session, ids, now)
    session.expire(customer)
    return files


def _ask_plugins(session: Session, customer_id: UUID, now: datetime) -> None:
    dispatcher = write_context(session).dispatcher
    if dispatcher is None:
        return
    offered = {"session": session, "customer_id": customer_id, "now": now}
    for impl in dispatcher.implementations("customer_data_erase", everyone=True):
        try:
            dispatcher.call(impl, offered)
        except GuanxiError:
            raise
        except Exception as error:
            dispatcher.report(impl, error)
            raise Refused(
                "The plugin %(plugin)s could not erase what it holds (%(cause)s), so nothing "
                "was erased. An admin finds more under Apps.",
                plugin=impl.plugin,
                cause=type(error).__name__,
            ) from error


def _apply(
    session: Session, table: Table, columns: Sequence[Column[Any]], ids: Sequence[UUID]
) -> None:
    rule = RULES[table.name]
    about = or_(*(column.in_(ids) for column in columns))
    if rule.delete:
        session.execute(delete(table).where(about))
    elif rule.blank:
        session.execute(update(table).where(about).values(_versioned(table, rule.blank)))


def _versioned(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    counted = {"version": table.c.version + 1} if "version" in table.c else {}
    return {**values, **counted}


def _mark_erased(session: Session, ids: Sequence[UUID], now: datetime) -> None:
    session.execute(
        update(CUSTOMERS).where(CUSTOMERS.c.id.in_(ids)).values(erased_at=now, updated_at=now)
    )
    noted = insert(Erasure).on_conflict_do_nothing()
    session.execute(noted, [{"customer_id": one, "erased_at": now} for one in ids])
    for one in ids:
        events.append(session, CustomerErased(customer_id=one))
        audit.record(session, "customer.erased", ("customer", one))


def erasures_since(session: Session, since: datetime | None = None) -> Sequence[Erasure]:
    """Return who was erased after ``since``, or ever, in order."""
    query = select(Erasure).order_by(Erasure.erased_at, Erasure.customer_id)
    if since is not None:
        query = query.where(Erasure.erased_at > since)
    return session.scalars(query).all()
