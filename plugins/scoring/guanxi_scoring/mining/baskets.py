"""The table that is mined: who has which of the products bought most, and which traits.

Needs NumPy and SciPy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from scipy import sparse
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, attributes_of
from guanxi_scoring.products.bought import histories
from guanxi_scoring.products.learning import Baskets, baskets

MOST_PRODUCTS: Final = 300
"""So many products are looked at, those with the most buyers: 44,850 pairs."""
MOST_VALUES: Final = 50
"""A trait with more values than that says nothing of a group."""
_MOST_OF_ONE: Final = 2_000
_FITTING: Final = frozenset({"choice", "boolean", "text"})


@dataclass(frozen=True, slots=True)
class Mined:
    """Customers by products, a 1 where they bought; ``has`` is the dense matrix of the chosen."""

    customers: Sequence[UUID]
    products: Sequence[str]
    has: Any


def mined(session: Session, as_of: datetime, least: int) -> Mined:
    """Return who bought which of the products that most customers have bought."""
    found = baskets(histories(session, as_of, most=_MOST_OF_ONE))
    return chosen(found, least)


def chosen(found: Baskets, least: int) -> Mined:
    """Return the products with ``least`` buyers or more, at most ``MOST_PRODUCTS`` of them."""
    buyers = np.asarray(found.matrix.sum(axis=0)).ravel()
    order = np.argsort(-buyers, kind="stable")[:MOST_PRODUCTS]
    order = order[buyers[order] >= least]
    names = [found.products[one] for one in order]
    return Mined(found.customers, names, sparse.csr_matrix(found.matrix[:, order]))


@dataclass(frozen=True, slots=True)
class Trait:
    """A value of an attribute, and which of the mined customers have it."""

    attribute: Attribute
    value: str
    has: Any


def traits(session: Session, found: Mined, keys: Sequence[str], least: int) -> list[Trait]:
    """Return the values of the attributes that ``least`` customers or more have."""
    known = attributes_of(session)
    place = {customer: row for row, customer in enumerate(found.customers)}
    made: list[Trait] = []
    for key in keys:
        attribute = known.get(key)
        if attribute is not None and attribute.type in _FITTING:
            values = _values(session, attribute, place)
            if len(values) <= MOST_VALUES:
                made += [
                    Trait(attribute, value, has)
                    for value, has in sorted(values.items())
                    if has.sum() >= least
                ]
    return made


def _values(session: Session, attribute: Attribute, place: Mapping[UUID, int]) -> dict[str, Any]:
    value = attribute.sql()
    query = select(Customer.id, value).select_from(Customer).where(value.is_not(None))
    if attribute.join is not None:
        query = query.outerjoin(attribute.join, attribute.on)
    found: dict[str, Any] = {}
    for customer, told in session.execute(query):
        row = place.get(customer)
        if row is not None:
            name = str(told).lower() if isinstance(told, bool) else str(told)
            found.setdefault(name, np.zeros(len(place)))[row] = 1.0
    return found
