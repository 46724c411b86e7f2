"""What conditions look at, and conditions on it, for all customers or for some of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Subquery,
    and_,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import BIT

from guanxi.sdk import Customer
from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.binding import (
    Bound,
    BoundNode,
    Known,
    Measured,
    Since,
)
from guanxi_segmentation.rules.context import Context
from guanxi_segmentation.rules.evaluating import PARTS, bucket_ends
from guanxi_segmentation.rules.moments import Moment
from guanxi_segmentation.rules.sql import standing
from guanxi_segmentation.rules.sql.comparing import holds, known, number_is
from guanxi_segmentation.rules.sql.touchpoints import Aggregates, day_count
from guanxi_segmentation.rules.sql.values import (
    Ids,
    boolean,
    instant,
    is_customer,
    joined,
    says,
    text,
    value_of,
)

_CUSTOMERS: Any = Customer.__table__


class Sources:
    """The subqueries that conditions look at, each with at most one row per customer.

    :param stored: the segments whose stored memberships are asked for.
    """

    def __init__(
        self,
        leaves: Sequence[Bound],
        moment: Moment,
        context: Context,
        ids: Ids,
        stored: Sequence[str],
    ) -> None:
        self.moment = moment
        self._context = context
        self._names: dict[Any, str] = {}
        self.customer = self._customers(leaves, ids)
        self.touchpoints = Aggregates(leaves, moment, ids)
        self._segments = tuple(stored)
        self._consents = standing.consents_of(leaves)
        self._member = standing.memberships(self._segments, ids) if self._segments else None
        asked = self._consents
        self._consent = standing.decisions(asked, moment, ids) if asked else None
        self.deciding = standing.coming_decisions(moment, ids) if asked else None

    def everything(self) -> FromClause:
        """Return customers with all that belongs to them."""
        source: FromClause = self.customer
        for part in (
            self.touchpoints.past,
            self.touchpoints.coming,
            self._member,
            self._consent,
            self.deciding,
        ):
            if part is not None:
                source = source.outerjoin(part, part.c.customer_id == self.customer.c.id)
        return source

    def answer(self, leaf: Bound) -> ColumnElement[bool]:
        """Return a condition that is never NULL."""
        return _LEAVES[type(leaf)](self, leaf)

    def value(self, leaf: Known | Measured) -> Any:
        """Return the value that a condition compares; NULL where it is not known."""
        if isinstance(leaf, Known):
            return self.customer.c[self._names[leaf.key]]
        if leaf.measure == "avg":
            return self.touchpoints.column((leaf.selection, "sum"))
        column = self.touchpoints.column((leaf.selection, leaf.measure))
        if leaf.measure == "days":
            return day_count(column)
        return func.coalesce(column, 0) if leaf.measure == "count" else column

    def since(self, key: str) -> Any:
        """Return since when a customer is in a segment; NULL if not in it."""
        if self._member is None:
            raise KeyError(key)
        return self._member.c[f"m{self._segments.index(key)}"]

    def compare(self, leaf: Known | Measured) -> ColumnElement[bool]:
        """Answer a condition on an attribute or on touchpoints."""
        column = self.value(leaf)
        if leaf.op in ("known", "unknown"):
            return known(column, leaf.op)
        if isinstance(leaf, Known) and leaf.op in ("contains", "starts"):
            answer: Any = self.customer.c[self._names[leaf]]
        elif isinstance(leaf, Measured) and leaf.measure == "avg":
            times = self.touchpoints.column((leaf.selection, "count"))
            answer = number_is(column, leaf.op, leaf.value, times=times)
        else:
            answer = holds(column, leaf.type, leaf.op, leaf.value, self.moment)
        return func.coalesce(answer, boolean(leaf.missing))

    def consent(self, leaf: tree.ConsentIs) -> ColumnElement[bool]:
        """Answer a condition on consent."""
        if self._consent is None:
            raise KeyError(leaf)
        given = self._consent.c[f"c{self._consents.index((leaf.channel, leaf.purpose))}"]
        if leaf.state == "unasked":
            return given.is_(None)
        return given.is_(True) if leaf.state == "given" else given.is_(False)

    def held(self, leaf: Since) -> ColumnElement[bool]:
        """Answer "has been so for at least"."""
        latest = instant(self.moment.as_of - leaf.period.delta)
        return func.coalesce(self.since(leaf.key) <= latest, false())

    def member(self, leaf: tree.InSegment) -> ColumnElement[bool]:
        """Answer a condition on another segment."""
        entered = self.since(leaf.key)
        found: ColumnElement[bool] = entered.is_not(None) if leaf.member else entered.is_(None)
        return found

    def by_chance(self, leaf: tree.Bucket) -> ColumnElement[bool]:
        """Answer whether the customer is in a random part."""
        whole = func.md5(text(leaf.salt).op("||")(cast(self.customer.c.id, SqlText)))
        bits = func.concat("x", func.left(whole, 7))
        part = cast(cast(bits, BIT(28)), Integer) % PARTS
        low, high = bucket_ends(leaf)
        return and_(part >= literal(low, Integer), part < literal(high, Integer))

    def _customers(self, leaves: Sequence[Bound], ids: Ids) -> Subquery:
        columns, used = [_CUSTOMERS.c.id], []
        for leaf in leaves:
            if not isinstance(leaf, Known):
                continue
            attribute = self._context.attributes[leaf.key]
            used.append(attribute)
            if leaf.key not in self._names:
                self._names[leaf.key] = f"a{len(self._names)}"
                columns.append(value_of(attribute).label(self._names[leaf.key]))
            if leaf.op in ("contains", "starts"):
                self._names[leaf] = f"a{len(self._names)}"
                columns.append(says(attribute, leaf.op, leaf.value).label(self._names[leaf]))
        query = select(*columns).select_from(joined(_CUSTOMERS, used))
        query = query.where(_CUSTOMERS.c.merged_into.is_(None), _CUSTOMERS.c.erased_at.is_(None))
        if ids is not None:
            query = query.where(is_customer(_CUSTOMERS.c.id, ids))
        # With OFFSET the planner keeps it apart, so an expression is worked out once per customer
        # and not once per condition.
        return query.offset(0).subquery("customer")


_LEAVES: Mapping[type, Callable[[Sources, Any], ColumnElement[bool]]] = {
    Known: Sources.compare,
    Measured: Sources.compare,
    Since: Sources.held,
    tree.InSegment: Sources.member,
    tree.Bucket: Sources.by_chance,
    tree.ConsentIs: Sources.consent,
}


def truth(node: BoundNode, answer: Callable[[Bound], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return a bound tree as one condition, given the answers to its leaves."""
    match node:
        case tree.AllOf(args):
            return and_(*(truth(one, answer) for one in args))
        case tree.AnyOf(args):
            return or_(*(truth(one, answer) for one in args))
        case tree.Not(arg):
            return not_(truth(arg, answer))
    return answer(node)
