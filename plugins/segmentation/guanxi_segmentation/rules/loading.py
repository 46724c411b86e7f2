"""Load what rules look at for a few customers, with at most four statements in one journey.

The statements of a set of rules are built once and kept. Who has very many touchpoints is better
answered by ``sql.matches``; ``heavy`` says who that is.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Dialect,
    Integer,
    Select,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from guanxi.sdk import Consent, Customer, Ready, Touchpoint, TouchpointLine, fetch_together
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
_MOST = "most"
_EACH = 100
_KEPT = 256
_C: Any = Customer.__table__
_T: Any = Touchpoint.__table__
_D: Any = Consent.__table__


@dataclass(frozen=True, slots=True)
class FactPlan:
    """The statements that load what a set of rules looks at; None where nothing is asked of them.

    ``asked`` are the statements for some customers, ``facts`` makes of what they found.
    """

    keys: tuple[str, ...]
    texts: tuple[tuple[str, str, str], ...]
    attributes: Ready
    touchpoints: Ready | None
    decisions: Ready | None
    stays: Ready | None

    def asked(
        self, customer_ids: Collection[UUID], *, stays: bool = True, most: int | None = None
    ) -> list[tuple[Ready, Mapping[str, Any]]]:
        """Return the statements with their values.

        :param stays: load the segments that customers are in, too.
        :param most: load no more touchpoints.
        """
        given = {_IDS: sorted(customer_ids)}
        found: list[tuple[Ready, Mapping[str, Any]]] = [(self.attributes, given)]
        if self.touchpoints is not None:
            found.append((self.touchpoints, {**given, _MOST: most}))
        if self.decisions is not None:
            found.append((self.decisions, given))
        if stays and self.stays is not None:
            found.append((self.stays, given))
        return found

    def facts(
        self, found: Sequence[Sequence[tuple[Any, ...]]], context: Context
    ) -> dict[UUID, Facts]:
        """Return the facts by customer; those merged or erased are not among them."""
        left = iter(found)
        known = next(left)
        contacts = _grouped(next(left) if self.touchpoints else (), _contact)
        decisions = _grouped(next(left) if self.decisions else (), Decision._make)
        stays = _grouped(next(left, ()) if self.stays else (), tuple)
        width = 1 + len(self.keys)
        return {
            row[0]: Facts(
                customer_id=row[0],
                context=context,
                attributes=dict(zip(self.keys, row[1:width], strict=True)),
                texts=dict(zip(self.texts, row[width:], strict=True)),
                touchpoints=tuple(contacts.get(row[0], ())),
                decisions=tuple(decisions.get(row[0], ())),
                segments=dict(stays.get(row[0], ())),
            )
            for row in known
        }

    def is_too_much(self, found: Sequence[Sequence[tuple[Any, ...]]], most: int) -> bool:
        """Say whether there may be more touchpoints than the ``most`` that were loaded."""
        return self.touchpoints is not None and len(found[1]) >= most


_plans: "OrderedDict[tuple[Any, ...], tuple[Any, FactPlan]]" = OrderedDict()
"""A memory of a pure function; what ids in the keys belong to is kept, so that they stay its."""


def load_facts(
    session: Session,
    customer_ids: Collection[UUID],
    rules: Iterable[Rule],
    *,
    context: Context,
    stays: bool = True,
) -> dict[UUID, Facts]:
    """Return what ``rules`` look at, by customer; those merged or erased are not among them.

    :param stays: load the segments that customers are in, too.
    :raises UnknownAttribute: an attribute has gone with its plugin.
    """
    plan = plan_facts(rules, context, session.get_bind().dialect)
    return plan.facts(fetch_together(session, plan.asked(customer_ids, stays=stays)), context)


def plan_facts(rules: Iterable[Rule], context: Context, dialect: Dialect) -> FactPlan:
    """Return the statements that load what ``rules`` look at.

    :raises UnknownAttribute: an attribute has gone with its plugin.
    """
    bound = tuple(bind(rule, context) for rule in rules)
    key = (id(dialect), *map(id, bound))
    found = _plans.get(key)
    if found is None:
        leaves = tuple(dict.fromkeys(leaf for one in bound for leaf in one.leaves))
        found = _plans[key] = (bound, dialect), _made(leaves, context, dialect)
        while len(_plans) > _KEPT:
            _plans.popitem(last=False)
    return found[1]


def most_touchpoints(customers: int) -> int:
    """Return up to how many touchpoints of some customers are worth loading."""
    return HEAVY + _EACH * customers


def heavy(session: Session, customer_ids: Collection[UUID], *, limit: int = HEAVY) -> set[UUID]:
    """Return which of the customers have more than ``limit`` touchpoints."""
    given: Any = func.unnest(bindparam(_IDS, type_=ARRAY(Uuid)))
    asked = given.table_valued(column("id", Uuid), name="asked").render_derived()
    one_more = select(literal(1)).where(_T.c.customer_id == asked.c.id).offset(limit).limit(1)
    query = select(asked.c.id).join_from(asked, one_more.lateral(), true())
    return set(session.connection().execute(query, {_IDS: list(customer_ids)}).scalars())


def _grouped(
    rows: Iterable[tuple[Any, ...]], make: Callable[[tuple[Any, ...]], Any]
) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(make(row[1:]))
    return found


def _contact(values: tuple[Any, ...]) -> Contact:
    columns, products = values[:8], values[8:]
    return Contact._make((*columns, frozenset(*products)))


def _made(leaves: tuple[Bound, ...], context: Context, dialect: Dialect) -> FactPlan:
    known = [leaf for leaf in leaves if isinstance(leaf, Known)]
    keys = tuple(dict.fromkeys(leaf.key for leaf in known))
    texts = tuple(
        (leaf.key, leaf.op, leaf.value) for leaf in known if leaf.op in ("contains", "starts")
    )
    segments = segments_of(leaves)

    def ready(query: Select[Any] | None) -> Ready | None:
        return None if query is None else Ready(query, dialect)

    return FactPlan(
        keys=keys,
        texts=tuple(dict.fromkeys(texts)),
        attributes=Ready(_attributes(keys, texts, context), dialect),
        touchpoints=ready(_touchpoints(leaves)),
        decisions=ready(_decisions() if consents_of(leaves) else None),
        stays=ready(open_memberships(segments, _IDS) if segments else None),
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
    query = query.order_by(_T.c.customer_id, _T.c.occurred_at)
    return query.limit(bindparam(_MOST, type_=Integer))


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
