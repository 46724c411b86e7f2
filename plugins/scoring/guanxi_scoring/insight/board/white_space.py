"""The map of white space (市场空白图): which classes of customers buy which products.

A cell is the share of a class's customers who bought the product in the twelve months before an
instant. The products are those with the most buyers, the classes the values of an attribute with
the most customers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Touchpoint, TouchpointLine, customers

PRODUCTS: Final = 10
CLASSES: Final = 8
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class WhiteSpace:
    """The map: ``shares`` by class, then product; between 0 and 1."""

    by: str
    products: Sequence[tuple[str, str]]
    """Code and description."""
    classes: Sequence[tuple[Any, int]]
    """Value and how many customers have it."""
    shares: Sequence[Sequence[float]]

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return {
            "by": self.by,
            "products": [list(one) for one in self.products],
            "classes": [[str(key) if key is not None else None, n] for key, n in self.classes],
            "shares": [list(row) for row in self.shares],
        }


def white_space(session: Session, by: str, *, as_of: datetime) -> WhiteSpace:
    """Return the map over customers in sight.

    :raises Invalid: there is no such attribute.
    """
    people = customers.selection(session, [by]).subquery()
    bought = _bought(as_of)
    products = _products(session, people, bought)
    classes = [
        (row.a0, row.number)
        for row in session.execute(
            select(people.c.a0, func.count().label("number"))
            .where(people.c.a0.is_not(None))
            .group_by(people.c.a0)
            .order_by(func.count().desc(), people.c.a0)
            .limit(CLASSES)
        )
    ]
    buyers = _buyers(session, people, bought, [code for code, _ in products])
    shares = [
        [round(buyers.get((key, code), 0) / number, 4) for code, _ in products]
        for key, number in classes
    ]
    return WhiteSpace(by, products, classes, shares)


def _bought(as_of: datetime) -> Subquery:
    """Return who bought what: a row per customer and product."""
    t, line = Touchpoint, TouchpointLine
    return (
        select(t.customer_id, line.product, func.max(line.description).label("description"))
        .join(line, line.touchpoint_id == t.id)
        .where(
            t.kind == "purchase",
            t.state == "recorded",
            t.occurred_at >= as_of - YEAR,
            t.occurred_at < as_of,
        )
        .group_by(t.customer_id, line.product)
        .subquery()
    )


def _products(session: Session, people: Subquery, bought: Subquery) -> list[tuple[str, str]]:
    wanted = (
        select(bought.c.product, func.max(bought.c.description).label("description"))
        .join(people, people.c.id == bought.c.customer_id)
        .group_by(bought.c.product)
        .order_by(func.count().desc(), bought.c.product)
        .limit(PRODUCTS)
    )
    return [(row.product, row.description or row.product) for row in session.execute(wanted)]


def _buyers(
    session: Session, people: Subquery, bought: Subquery, codes: list[str]
) -> dict[tuple[Any, str], int]:
    wanted = (
        select(people.c.a0, bought.c.product, func.count().label("number"))
        .join(bought, bought.c.customer_id == people.c.id)
        .where(bought.c.product.in_(codes))
        .group_by(people.c.a0, bought.c.product)
    )
    return {(row.a0, row.product): row.number for row in session.execute(wanted)}
