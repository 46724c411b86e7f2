"""What recommendations of a past day are compared with: what was new to each customer since.

Needs NumPy and SciPy.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from scipy import sparse
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.products.bought import EVERYBODY, LIKE, histories
from guanxi_scoring.products.learning import Baskets
from guanxi_scoring.products.testing import Case

_LATELY: Final = text(
    f"""
    SELECT product, count(*) FILTER (WHERE last_at >= :popular_since) AS popular,
        max(last_at) >= :sold_since AS sold
    FROM ({EVERYBODY}) kept GROUP BY product
    """  # noqa: S608 -- constants
)
_HELD_BACK: Final = text(
    f"""
    SELECT DISTINCT b.product FROM unnest(CAST(:products AS text[])) AS b (product)
    JOIN scoring_product_rules i ON i.mark = 'unavailable' AND b.product LIKE {LIKE}
    """  # noqa: S608 -- constants
)


def case_of(
    session: Session,
    before: Baskets,
    split: datetime,
    as_of: datetime,
    options: Mapping[str, Any],
) -> Case:
    """Return who bought what before ``split``, and what new until ``as_of``.

    A product that was first sold since could not have been recommended, and does not count.
    """
    place = {product: number for number, product in enumerate(before.products)}
    row_of = {customer: row for row, customer in enumerate(before.customers)}
    rows, columns = [], []
    for customer, products in histories(session, as_of, most=_EVERYTHING):
        row = row_of.get(customer)
        if row is not None:
            found = [place[one] for one in products if one in place]
            rows += [row] * len(found)
            columns += found
    later = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), before.matrix.shape)
    owned = _owned(session, before, split, place, row_of)
    since = later - later.multiply(owned > 0)
    since.eliminate_zeros()
    available, popularity = _sold(session, before, split, options)
    return Case(Baskets(before.customers, before.products, owned, before.recent), since, available,
                popularity)  # fmt: skip


_EVERYTHING: Final = 1_000_000


def _owned(
    session: Session, before: Baskets, split: datetime, place: Mapping[str, int], row_of: Any
) -> Any:
    """Return all that was bought before, also what is left out of learning as too much."""
    rows, columns = [], []
    for customer, products in histories(session, split, most=_EVERYTHING):
        found = [place[one] for one in products if one in place]
        rows += [row_of[customer]] * len(found)
        columns += found
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), before.matrix.shape)


def _sold(
    session: Session, before: Baskets, split: datetime, options: Mapping[str, Any]
) -> tuple[Any, Any]:
    values = {
        "as_of": split,
        "popular_since": split - timedelta(days=options["popular_days"]),
        "sold_since": split - timedelta(days=options["unsold_days"]),
    }
    lately = {row.product: row for row in session.execute(_LATELY, values)}
    held_back = set(session.scalars(_HELD_BACK, {"products": list(before.products)}))
    available = np.array([lately[one].sold and one not in held_back for one in before.products])
    popularity = np.array([float(lately[one].popular) for one in before.products])
    return available, popularity
