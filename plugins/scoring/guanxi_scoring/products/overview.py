"""What is recommended to how many, and to whom: sums and lists within sight of whoever asks."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, customers
from guanxi_scoring.models import NextProduct, Product


@dataclass(frozen=True, slots=True)
class Often:
    """A product and to how many customers it is recommended, anywhere and in the first place."""

    product: str
    description: str
    customers: int
    first: int


@dataclass(frozen=True, slots=True)
class Line:
    """One recommendation of one customer."""

    customer_id: UUID
    name: str
    rank: int
    product: str
    description: str
    source: str
    because: list[str]


def most_recommended(session: Session, limit: int) -> list[Often]:
    """Return the products that are recommended to most customers."""
    number = func.count()
    rows = session.execute(
        select(
            NextProduct.product,
            func.max(Product.description),
            number,
            func.count().filter(NextProduct.rank == 1),
        )
        .outerjoin(Product, Product.product == NextProduct.product)
        .where(customers.in_sight(session, NextProduct.customer_id))
        .group_by(NextProduct.product)
        .order_by(number.desc(), NextProduct.product)
        .limit(limit)
    )
    return [Often(row[0], row[1] or row[0], row[2], row[3]) for row in rows]


def reached(session: Session) -> int:
    """Return how many customers within sight something is recommended to."""
    seen = customers.in_sight(session, NextProduct.customer_id)
    found = select(func.count()).where(NextProduct.rank == 1, seen)
    return session.scalar(found) or 0


def lines(session: Session, limit: int, product: str = "") -> list[Line]:
    """Return recommendations by customer; with a product only those of it."""
    wanted: Any = (
        select(
            Customer.id,
            Customer.display_name,
            NextProduct.rank,
            NextProduct.product,
            Product.description,
            NextProduct.source,
            NextProduct.because,
        )
        .join(NextProduct, NextProduct.customer_id == Customer.id)
        .outerjoin(Product, Product.product == NextProduct.product)
        .order_by(Customer.sort_name, Customer.id, NextProduct.rank)
        .limit(limit)
    )
    if product:
        wanted = wanted.where(NextProduct.product == product)
    return [
        Line(row[0], row[1], row[2], row[3], row[4] or row[3], row[5], row[6])
        for row in session.execute(wanted)
    ]
