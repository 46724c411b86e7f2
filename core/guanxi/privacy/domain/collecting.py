"""Gather everything that is held about one customer, for the person it is about (数据副本)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Table, or_, select
from sqlalchemy.orm import Session

from guanxi.audit.models import AuditEntry
from guanxi.db import write_context
from guanxi.errors import GuanxiError, Refused
from guanxi.privacy.domain.family import ids_of
from guanxi.privacy.domain.rules import RULES, tables_about_customers
from guanxi.touchpoints.models import Touchpoint, TouchpointLine

Records = list[dict[str, Any]]
HISTORY: Final = "history"
LINES: Final = "touchpoint_lines"
_LINES: Final[Table] = TouchpointLine.__table__  # type: ignore[assignment]
_TOUCHPOINTS: Final[Table] = Touchpoint.__table__  # type: ignore[assignment]


def collect(session: Session, customer_id: UUID) -> dict[str, Any]:
    """Return what is held: ``core`` as records by table, ``plugins`` as each plugin tells it.

    :raises Refused: a plugin could not tell; then the copy would not be whole.
    """
    ids = ids_of(session, customer_id)
    plugins: dict[str, Any] = {}
    for one in ids:
        for plugin, told in _ask_plugins(session, one).items():
            plugins.setdefault(plugin, []).append(told)
    return {"core": _core(session, ids), "plugins": plugins}


def _core(session: Session, ids: Sequence[UUID]) -> Mapping[str, Records]:
    found = {
        table.name: _rows(session, table, columns, ids)
        for table, columns in tables_about_customers()
        if RULES[table.name].exported
    }
    found[LINES] = _lines(session, ids)
    found[HISTORY] = _history(session, ids)
    return {name: records for name, records in found.items() if records}


def _rows(
    session: Session, table: Table, columns: Sequence[Column[Any]], ids: Sequence[UUID]
) -> Records:
    hidden = RULES[table.name].hidden
    shown = [c for c in table.c if c.name not in hidden and not isinstance(c.type, LargeBinary)]
    query = select(*shown).where(or_(*(column.in_(ids) for column in columns)))
    return [dict(row) for row in session.execute(query.order_by(*table.primary_key)).mappings()]


def _lines(session: Session, ids: Sequence[UUID]) -> Records:
    rows = session.execute(
        select(*_LINES.c)
        .join(_TOUCHPOINTS, _TOUCHPOINTS.c.id == _LINES.c.touchpoint_id)
        .where(_TOUCHPOINTS.c.customer_id.in_(ids))
        .order_by(_LINES.c.touchpoint_id, _LINES.c.number)
    )
    return [dict(row) for row in rows.mappings()]


def _history(session: Session, ids: Sequence[UUID]) -> Records:
    a = AuditEntry
    rows = session.execute(
        select(a.at, a.action, a.actor_name, a.before, a.after)
        .where(a.subject_kind == "customer", a.subject_id.in_([str(one) for one in ids]))
        .order_by(a.id)
    )
    return [dict(row) for row in rows.mappings()]


def _ask_plugins(session: Session, customer_id: UUID) -> dict[str, Any]:
    dispatcher = write_context(session).dispatcher
    if dispatcher is None:
        return {}
    offered = {"session": session, "customer_id": customer_id}
    told: dict[str, Any] = {}
    for impl in dispatcher.implementations("customer_data_export", everyone=True):
        try:
            value = dispatcher.call(impl, offered)
        except GuanxiError:
            raise
        except Exception as error:
            dispatcher.report(impl, error)
            raise Refused(
                "The plugin %(plugin)s could not tell what it holds (%(cause)s), so there is no "
                "copy yet. It is tried again.",
                plugin=impl.plugin,
                cause=type(error).__name__,
            ) from error
        if value is not None:
            told[impl.plugin] = value
    return told
