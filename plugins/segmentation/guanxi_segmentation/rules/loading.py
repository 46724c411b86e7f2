"""Load what rules look at for a few customers, with at most four statements.

The statements of a set of rules are built once and kept. Who has very many touchpoints is better
answered by ``sql.matches``; ``heavy`` says who that is.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from guanxi.sdk import Consent, Customer, Touchpoint, TouchpointLine
from guanxi_segmentation.rules.binding import Bound, Known, Measured, bind
from guanxi_segmentation.rules.context import Context
from guanxi_segmentation.rules.facts import Contact, Decision, Facts
from guanxi_segmentation.rules.sql.standing import (
    consents_of,
    open_memberships,
    segments_of,
)
from guanxi_segmentation.rules.sql.values import is_customer, joined, one_of, says, value_of
from guanxi_segmentation.rules.tree import Rule
from guanxi_segmentation.rules.watching import kinds_of

HEAVY = 2_000
"""From so many touchpoints on, PostgreSQL counts faster than it can hand them over."""
_IDS = "ids"
_KEPT = 256
_C: Any = Customer.__table__
_T: Any = Touchpoint.__table__
_D: Any = Consent.__table__


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statements for a set of rules; None where nothing is asked of them."""

    attributes: Select[Any]
    keys: tuple[str, ...]
    texts: tuple[tuple[str, str, str], ...]
    touchpoints: Select[Any] | None
    decisions: Select[Any] | None
    stays: Select[Any] | None


_plans: "OrderedDict[tuple[Any, ...], tuple[Any, _Plan]]" = OrderedDict()
"""A memory of a pure function; the bound rules are kept, so that their ids stay theirs."""


def load_facts(
    session: Session, customer_ids: Collection[UUID], rules: Iterable[Rule], *, context: Context
) -> dict[UUID, Facts]:
    """Return what ``rules`` look at, by customer; those merged or erased are not among them.

    :raises UnknownAttribute: an attribute has gone with its plugin.
    """
    plan = _plan(tuple(rules), context)
    session.flush()
    given = {_IDS: sorted(customer_ids)}
    known = session.connection().execute(plan.attributes, given).all()
    contacts = _grouped(session, plan.touchpoints, given, _contact)
    decisions = _grouped(session, plan.decisions, given, Decision._make)
    stays = _grouped(session, plan.stays, given, tuple)
    width = 1 + len(plan.keys)
    return {
        row[0]: Facts(
            customer_id=row[0],
            context=context,
            attributes=dict(zip(plan.keys, row[1:width], strict=True)),
            texts=dict(zip(plan.texts, row[width:], strict=True)),
            touchpoints=tuple(contacts.get(row[0], ())),
            decisions=tuple(decisions.get(row[0], ())),
            segments=dict(stays.get(row[0], ())),
        )
        for row in known
    }


def heavy(session: Session, customer_ids: Collection[UUID], *, limit: int = HEAVY) -> set[UUID]:
    """Return which of the customers have more than ``limit`` touchpoints."""
    given: Any = func.unnest(bindparam(_IDS, type_=ARRAY(Uuid)))
    asked = given.table_valued(column("id", Uuid), name="asked").render_derived()
    one_more = select(literal(1)).where(_T.c.customer_id == asked.c.id).offset(limit).limit(1)
    query = select(asked.c.id).join_from(asked, one_more.lateral(), true())
    return set(session.connection().execute(query, {_IDS: list(customer_ids)}).scalars())


def _grouped(
    session: Session,
    query: Select[Any] | None,
    given: Mapping[str, Any],
    make: Callable[[tuple[Any, ...]], Any],
) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    if query is not None:
        for row in session.connection().execute(query, given):
            found.setdefault(row[0], []).append(make(row[1:]))
    return found


def _contact(values: tuple[Any, ...]) -> Contact:
    columns, products = values[:8], values[8:]
    return Contact._make((*columns, frozenset(*products)))


def _plan(rules: tuple[Rule, ...], context: Context) -> _Plan:
    bound = tuple(bind(rule, context) for rule in rules)
    key = tuple(map(id, bound))
    found = _plans.get(key)
    if found is None:
        leaves = tuple(dict.fromkeys(leaf for one in bound for leaf in one.leaves))
        found = _plans[key] = bound, _made(leaves, context)
        while len(_plans) > _KEPT:
            _plans.popitem(last=False)
    return found[1]


def _made(leaves: tuple[Bound, ...], context: Context) -> _Plan:
    known = [leaf for leaf in leaves if isinstance(leaf, Known)]
    keys = tuple(dict.fromkeys(leaf.key for leaf in known))
    texts = tuple(
        (leaf.key, leaf.op, leaf.value) for leaf in known if leaf.op in ("contains", "starts")
    )
    segments = segments_of(leaves)
    return _Plan(
        attributes=_attributes(keys, texts, context),
        keys=keys,
        texts=tuple(dict.fromkeys(texts)),
        touchpoints=_touchpoints(leaves),
        decisions=_decisions() if consents_of(leaves) else None,
        stays=open_memberships(segments, _IDS) if segments else None,
    )


def _attributes(
    keys: Iterable[str], texts: Iterable[tuple[str, str, str]], context: Context
) -> Select[Any]:
    used = {key: context.attributes[key] for key in keys}
    columns = [value_of(one).label(f"a{i}") for i, one in enumerate(used.values())]
    for i, (key, op, wanted) in enumerate(dict.fromkeys(texts)):
        columns.append(says(used[key], op, wanted).label(f"s{i}"))
    query = select(_C.c.id, *columns).select_from(joined(_C, used.values()))
    return query.where(
        is_customer(_C.c.id, _IDS), _C.c.merged_into.is_(None), _C.c.erased_at.is_(None)
    )


def _touchpoints(leaves: tuple[Bound, ...]) -> Select[Any] | None:
    measured = [leaf for leaf in leaves if isinstance(leaf, Measured)]
    if not measured:
        return None
    names = [name for name in Contact._fields if name != "products"]
    columns = [_T.c[name] for name in names]
    if any(leaf.selection.of.product for leaf in measured):
        columns.append(_products(measured))
    query = select(_T.c.customer_id, *columns)
    query = query.where(is_customer(_T.c.customer_id, _IDS), _T.c.state == "recorded")
    kinds = kinds_of(leaves)
    if kinds is not None:
        query = query.where(one_of(_T.c.kind, sorted(kinds)))
    return query.order_by(_T.c.customer_id, _T.c.occurred_at)


def _products(measured: Iterable[Measured]) -> Any:
    line: Any = TouchpointLine.__table__
    wanted = sorted({product for leaf in measured for product in leaf.selection.of.product})
    on_receipt = select(line.c.product).where(
        line.c.touchpoint_id == _T.c.id, one_of(line.c.product, wanted)
    )
    return func.array(on_receipt.scalar_subquery())


def _decisions() -> Select[Any]:
    columns = (_D.c.customer_id, _D.c.at, _D.c.channel, _D.c.purpose, _D.c.given)
    query = select(*columns).where(is_customer(_D.c.customer_id, _IDS))
    return query.order_by(_D.c.customer_id, _D.c.at, _D.c.id)
