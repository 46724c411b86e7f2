"""One pass over the touchpoints for the conditions of all rules together.

Every different measure is one FILTER aggregate of a single GROUP BY. What is dated in the future
is found by the index of the times, so that the aggregates need not look for it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    Subquery,
    and_,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy import Text as SqlText

from guanxi.sdk import Touchpoint, TouchpointLine
from guanxi_segmentation.rules.binding import FILTERS, Bound, Measured, Selection
from guanxi_segmentation.rules.moments import Moment
from guanxi_segmentation.rules.sql.comparing import number_is
from guanxi_segmentation.rules.sql.values import Ids, instant, is_customer, one_of
from guanxi_segmentation.rules.tree import Window
from guanxi_segmentation.rules.watching import Watch, kinds_of, watches

_T: Any = Touchpoint.__table__
_L: Any = TouchpointLine.__table__
PARTS = {"avg": ("sum", "count")}
"""Measures made of others."""


class Aggregates:
    """The subquery with one row per customer who has touchpoints before the instant.

    :param ids: only these customers; None for all.
    """

    def __init__(self, leaves: Sequence[Bound], moment: Moment, ids: Ids) -> None:
        measured = [leaf for leaf in leaves if isinstance(leaf, Measured)]
        self._moment = moment
        self._ids = ids
        self._kinds = kinds_of(leaves)
        self.watches: tuple[Watch, ...] = watches(leaves)
        self._names: dict[Any, str] = {}
        self._columns: list[ColumnElement[Any]] = []
        self._products = {leaf.selection.of.product for leaf in measured} - {()}
        self._lines = self._matched_lines() if self._products else None
        for leaf in measured:
            for part in PARTS.get(leaf.measure, (leaf.measure,)):
                self._add((leaf.selection, part), self._aggregate(leaf.selection, part))
        for watch in self.watches:
            self._add(watch, self._first(watch))
        self._selections = {leaf.selection for leaf in measured}
        self.past: Subquery | None = self._past() if measured else None
        self.coming: Subquery | None = self._coming() if measured else None

    def column(self, key: Any) -> Any:
        """Return the column of a pair (selection, measure), or of a watch."""
        if self.past is None:
            raise KeyError(key)
        return self.past.c[self._names[key]]

    def _add(self, key: Any, aggregate: ColumnElement[Any]) -> None:
        if key not in self._names:
            self._names[key] = f"t{len(self._names)}"
            self._columns.append(aggregate.label(self._names[key]))

    def _past(self) -> Subquery:
        query = self._common([_T.c.customer_id, *self._columns])
        query = query.where(_T.c.occurred_at < instant(self._moment.as_of))
        low = self._earliest()
        if low is not None:
            query = query.where(_T.c.occurred_at >= instant(low))
        return query.group_by(_T.c.customer_id).subquery("past")

    def _coming(self) -> Subquery:
        first = func.min(_T.c.occurred_at).label("at")
        query = self._common([_T.c.customer_id, first], lines=False)
        later = query.where(_T.c.occurred_at >= instant(self._moment.as_of))
        return later.group_by(_T.c.customer_id).subquery("coming")

    def _common(self, columns: list[Any], *, lines: bool = True) -> Select[Any]:
        source: FromClause = _T
        if lines and self._lines is not None:
            source = source.outerjoin(self._lines, self._lines.c.touchpoint_id == _T.c.id)
        query = select(*columns).select_from(source).where(_T.c.state == "recorded")
        if self._ids is None:
            query = query.where(_T.c.customer_id.is_not(None))
        else:
            query = query.where(is_customer(_T.c.customer_id, self._ids))
        if self._kinds is not None:
            query = query.where(one_of(_T.c.kind, sorted(self._kinds)))
        return query

    def _earliest(self) -> datetime | None:
        """Return where the earliest window begins; None if one has no beginning."""
        windows: Iterable[Window | None] = (
            *(one.window for one in self._selections),
            *(one.window for one in self.watches),
        )
        lows = [self._moment.span(window)[0] for window in windows]
        return None if None in lows else min(lows, default=None)

    def _first(self, watch: Watch) -> ColumnElement[Any]:
        inside = [_T.c.occurred_at >= instant(self._moment.span(watch.window)[0])]
        if watch.kinds is not None and watch.kinds != self._kinds:
            inside.append(one_of(_T.c.kind, sorted(watch.kinds)))
        return func.min(_T.c.occurred_at).filter(*inside)

    def _aggregate(self, selection: Selection, part: str) -> ColumnElement[Any]:
        plain: Any = self._days(selection) if part == "days" else _PLAIN[part]()
        inside = self._inside(selection)
        found: ColumnElement[Any] = plain.filter(and_(*inside)) if inside else plain
        return found

    def _days(self, selection: Selection) -> Any:
        zone = str(self._moment.zone_of(selection.window))
        local = cast(func.timezone(literal(zone, SqlText), _T.c.occurred_at), Date)
        return func.range_agg(func.daterange(local, local, literal("[]", SqlText)))

    def _inside(self, selection: Selection) -> list[ColumnElement[bool]]:
        of = selection.of
        low, high = self._moment.span(selection.window)
        found = [one_of(_T.c[name], getattr(of, name)) for name in FILTERS if getattr(of, name)]
        if low is not None:
            found.append(_T.c.occurred_at >= instant(low))
        if high is not None:
            found.append(_T.c.occurred_at < instant(high))
        if selection.currency is not None:
            found.append(_T.c.currency == literal(selection.currency, SqlText))
        found += [number_is(_T.c.amount, op, value) for op, value in selection.amount]
        if of.product and self._lines is not None:
            found.append(self._lines.c[self._line_column(of.product)])
        return found

    def _matched_lines(self) -> Subquery:
        """Return which lists of products each receipt has one of, read once."""
        wanted = sorted({product for products in self._products for product in products})
        flags = [
            func.bool_or(one_of(_L.c.product, products)).label(self._line_column(products))
            for products in sorted(self._products)
        ]
        query = select(_L.c.touchpoint_id, *flags).where(one_of(_L.c.product, wanted))
        if self._ids is not None:
            own = select(_T.c.id).where(is_customer(_T.c.customer_id, self._ids))
            query = query.where(_L.c.touchpoint_id.in_(own))
        return query.group_by(_L.c.touchpoint_id).subquery("lines")

    def _line_column(self, products: tuple[str, ...]) -> str:
        return f"p{sorted(self._products).index(products)}"


_PLAIN: Any = {
    "count": lambda: func.count(literal(1)),
    "sum": lambda: func.sum(_T.c.amount, type_=Numeric),
    "min": lambda: func.min(_T.c.amount),
    "max": lambda: func.max(_T.c.amount),
    "last": lambda: func.max(_T.c.occurred_at),
    "first": lambda: func.min(_T.c.occurred_at),
}


def day_count(column: Any) -> ColumnElement[Any]:
    """Return how many days a set of days holds; 0 for none."""
    stretch = func.unnest(column).column_valued("stretch")
    length: Any = func.upper(stretch) - func.lower(stretch)
    return select(func.coalesce(func.sum(length), 0)).scalar_subquery()
