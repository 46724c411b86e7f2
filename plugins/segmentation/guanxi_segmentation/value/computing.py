"""Bring values up to date and store what differs: of a few customers, or of everybody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Dialect, Select, delete, exists, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Ready
from guanxi_segmentation.company import Company, company
from guanxi_segmentation.models import CustomerValue
from guanxi_segmentation.value import touched as sql
from guanxi_segmentation.value.sources import Sources, sources
from guanxi_segmentation.value.worth import NAMES, valued

VALUES: Final = CustomerValue.__table__
_ANY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_ROOM: Final = text("SELECT set_config('work_mem', '256MB', true)")


def refresh(session: Session, customers: Collection[UUID] | None, *, as_of: datetime) -> bool:
    """Bring the values of some customers up to date, or everybody's (None).

    :return: whether anything changed.
    """
    now = company(session)
    found = sources(session, now)
    if customers is None:
        return _refresh_everybody(session, now, found, as_of)
    if not customers:
        return False
    ids = {"ids": list(customers)}
    values = {**sql.touched_values(now, as_of), **sql.rewarded_values(now), **ids}
    return _written(session, _statement_of_few(_plan(now, found)), values) > 0


class FewValues:
    """What :func:`refresh` does with a few customers, put together once to be done many times."""

    def __init__(self, now: Company, found: Sources, dialect: Dialect) -> None:
        touched = sql.touched(now, few=True).cte("touched")
        stored = _store(valued(now, found, touched, few=True)).returning(VALUES.c.customer_id)
        self._ready = Ready(stored, dialect)
        self._now = now
        self._fixed = {**sql.touched_values(now, _ANY), **sql.rewarded_values(now)}

    def asked(self, ids: Sequence[UUID], as_of: datetime) -> tuple[Ready, Mapping[str, Any]]:
        """Return the statement with its values; it returns whose values changed."""
        instants = {"as_of": as_of, "recent": as_of - sql.YEAR}
        return self._ready, {**self._fixed, **instants, "ids": ids}


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that the statement of a few customers depends on, beside its parameters."""

    settings: tuple[Any, ...]
    attributes: tuple[int, ...]
    """Identities; ``found`` keeps what they belong to alive."""
    now: Company = field(compare=False)
    found: Sources = field(compare=False)


def _plan(now: Company, found: Sources) -> _Plan:
    weights = (now.settings[f"weight_{name}"] for name in ("product", "service", "emotional"))
    costs = tuple(now.settings["cost_to_serve"])
    settings = (now.currency, now.settings["margin_percent"], costs, *weights)
    ranges = tuple((one.least, one.greatest) for _, one in found.feelings)
    return _Plan((*settings, ranges), tuple(map(id, found.attributes)), now, found)


@lru_cache(maxsize=8)
def _statement_of_few(plan: _Plan) -> Any:
    """Return the statement, put together once: that takes longer than to execute it."""
    touched = sql.touched(plan.now, few=True).cte("touched")
    return _store(valued(plan.now, plan.found, touched, few=True))


def _refresh_everybody(session: Session, now: Company, found: Sources, as_of: datetime) -> bool:
    session.execute(_ROOM)
    session.execute(sql.DROP_NOW)
    session.execute(sql.gather(now), sql.touched_values(now, as_of))
    session.execute(sql.ANALYZE_NOW)
    values = {"as_of": as_of, **sql.rewarded_values(now)}
    statement = valued(now, found, sql.NOW)
    changed = 0
    if session.execute(select(exists(select(VALUES.c.customer_id)))).scalar_one():
        changed += _written(session, _forget_gone(), {})
        changed += _written(session, _change(statement), values)
    return changed + _written(session, _add(statement), values) > 0


def _written(session: Session, statement: Any, values: Mapping[str, Any]) -> int:
    """Execute a statement and return how many rows it wrote."""
    result: Any = session.execute(statement, values, execution_options={"preserve_rowcount": True})
    count: int = result.rowcount
    return count


def _store(statement: Select[Any]) -> Any:
    """Write the rows of a few; in the order of their ids, so that two never wait for each other."""
    ordered = statement.order_by(statement.selected_columns.customer_id)
    stored = upsert(VALUES).from_select(NAMES, ordered)
    new: Mapping[str, Any] = {name: stored.excluded[name] for name in NAMES[1:]}
    differs = tuple_(*(VALUES.c[name] for name in new)).is_distinct_from(tuple_(*new.values()))
    return stored.on_conflict_do_update(
        index_elements=["customer_id"], set_=dict(new), where=differs
    )


def _change(statement: Select[Any]) -> Any:
    new = statement.subquery("new")
    values = {name: new.c[name] for name in NAMES[1:]}
    differs = tuple_(*(VALUES.c[name] for name in values)).is_distinct_from(
        tuple_(*values.values())
    )
    return update(VALUES).values(values).where(VALUES.c.customer_id == new.c.customer_id, differs)


def _add(statement: Select[Any]) -> Any:
    new = statement.subquery("new")
    there = exists().where(VALUES.c.customer_id == new.c.customer_id)
    return insert(VALUES).from_select(NAMES, select(new).where(~there))


def _forget_gone() -> Any:
    living = select(Customer.id).where(
        Customer.id == VALUES.c.customer_id,
        Customer.merged_into.is_(None),
        Customer.erased_at.is_(None),
    )
    return delete(VALUES).where(~exists(living))
