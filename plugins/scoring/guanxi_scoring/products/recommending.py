"""What to offer whom, from stored neighbours: one statement for one customer or for everybody.

The score of a product is the sum of its similarities to what the customer has bought (Deshpande &
Karypis, 2004, section 4.1). Nothing is learnt here, so who buys for the first time is served at
once. Where that gives too few, best sellers of the customer's country and then of all follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.products.bought import SOME

SHOWN: Final = 5
"""So many products are recommended to each customer."""
REASONS: Final = 3
_AT_ONCE: Final = 400
"""So many customers are worked out in one statement, which bounds its memory."""

_RANKED: Final = f"""
WITH owned AS MATERIALIZED ({SOME}),
asked AS (
    SELECT c.id AS customer_id, coalesce(c.country, '') AS country FROM customers c
    WHERE c.id = ANY(CAST(:customers AS uuid[]))
        AND c.merged_into IS NULL AND c.erased_at IS NULL
        AND (NOT :buyers_only OR c.id IN (SELECT customer_id FROM owned))
),
history AS MATERIALIZED (
    SELECT customer_id, product FROM (
        SELECT customer_id, product, row_number() OVER (
            PARTITION BY customer_id ORDER BY last_at DESC, product COLLATE "C") AS n
        FROM owned
    ) latest WHERE n <= :history
), pairs AS (
    SELECT h.customer_id, n.neighbour AS product, sum(n.similarity) AS score
    FROM history h JOIN asked USING (customer_id)
        JOIN scoring_product_neighbours n ON n.product = h.product
    GROUP BY 1, 2
), candidates AS (
    SELECT s.customer_id, s.product, s.score, p.buyers, 0 AS tier
    FROM pairs s JOIN scoring_products p USING (product)
        LEFT JOIN owned o ON o.customer_id = s.customer_id AND o.product = s.product
    WHERE p.available AND (o.product IS NULL OR (:again AND NOT p.once_only))
), best AS (
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_id
            ORDER BY score DESC, buyers DESC, product COLLATE "C") AS n FROM candidates
    ) c WHERE n <= :shown
), short AS (
    SELECT a.*, (SELECT count(*) FROM best b WHERE b.customer_id = a.customer_id) AS had
    FROM asked a
), filled AS (
    SELECT customer_id, product, 0 AS score, buyers, tier FROM (
        SELECT DISTINCT ON (s.customer_id, pp.product) s.customer_id, pp.product, pp.buyers,
            CASE pp.country WHEN '' THEN 2 ELSE 1 END AS tier
        FROM short s JOIN scoring_popular_products pp ON pp.country IN ('', s.country)
            JOIN scoring_products p ON p.product = pp.product AND p.available
        WHERE s.had < :shown
            AND NOT EXISTS (SELECT 1 FROM owned o WHERE o.customer_id = s.customer_id
                AND o.product = pp.product AND (NOT :again OR p.once_only))
            AND NOT EXISTS (SELECT 1 FROM best b WHERE b.customer_id = s.customer_id
                AND b.product = pp.product)
        ORDER BY s.customer_id, pp.product, tier
    ) d
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id
        ORDER BY tier, score DESC, buyers DESC, product COLLATE "C") AS rank
    FROM (SELECT customer_id, product, score, buyers, tier FROM best
          UNION ALL SELECT * FROM filled) every
), spoken AS (
    SELECT r.customer_id, r.product, (array_agg(h.product
        ORDER BY n.similarity DESC, h.product COLLATE "C"))[1 : :reasons] AS because
    FROM ranked r JOIN history h ON h.customer_id = r.customer_id
        JOIN scoring_product_neighbours n ON n.product = h.product AND n.neighbour = r.product
    WHERE r.tier = 0 AND r.rank <= :shown GROUP BY 1, 2
)
SELECT r.customer_id, r.rank, r.product, r.score,
    CASE r.tier WHEN 0 THEN 'items' WHEN 1 THEN 'country' ELSE 'popular' END AS source,
    coalesce(s.because, CAST('{{}}' AS text[])) AS because
FROM ranked r LEFT JOIN spoken s ON s.customer_id = r.customer_id AND s.product = r.product
WHERE r.rank <= :shown
"""  # noqa: S608 -- constants
_CLEAR: Final = text(
    "DELETE FROM scoring_next_products WHERE customer_id = ANY(CAST(:customers AS uuid[]))"
)
_STORE: Final = text(
    f"""
    INSERT INTO scoring_next_products
        (customer_id, rank, product, score, source, because, model_id, number, as_of)
    SELECT f.customer_id, f.rank, f.product, f.score, f.source, f.because,
        CAST(:model_id AS uuid), :number, :as_of
    FROM ({_RANKED}) f
    """  # noqa: S608 -- constants
)
_RANK: Final = text(f"{_RANKED} ORDER BY r.customer_id, r.rank")
_BUYERS: Final = text(
    "SELECT DISTINCT customer_id FROM touchpoints WHERE customer_id IS NOT NULL "
    "AND state = 'recorded' AND kind = 'purchase' AND occurred_at < :as_of ORDER BY customer_id"
)


@dataclass(frozen=True, slots=True)
class Recommended:
    """One product that is recommended; see ``models.products.NextProduct``."""

    rank: int
    product: str
    score: float
    source: str
    because: Sequence[str]


def rank(
    session: Session, customer_id: UUID, as_of: datetime, options: Mapping[str, Any]
) -> list[Recommended]:
    """Return what to offer a customer now, also one who has bought nothing; stores nothing."""
    found = session.execute(
        _RANK, {**_values(options, as_of), "customers": [customer_id], "buyers_only": False}
    )
    return [Recommended(r.rank, r.product, r.score, r.source, r.because) for r in found]


def store(
    session: Session,
    customers: Sequence[UUID],
    as_of: datetime,
    options: Mapping[str, Any],
    *,
    model_id: UUID,
    number: int,
) -> None:
    """Work out anew what to offer customers; who has bought nothing gets no row."""
    values = {**_values(options, as_of), "model_id": model_id, "number": number}
    values["buyers_only"] = True
    for begin in range(0, len(customers), _AT_ONCE):
        some = list(customers[begin : begin + _AT_ONCE])
        ask(session, (_CLEAR, {"customers": some}), (_STORE, {**values, "customers": some}))


def buyers(session: Session, as_of: datetime) -> list[UUID]:
    """Return everybody who has bought something before an instant."""
    return list(session.scalars(_BUYERS, {"as_of": as_of}))


def _values(options: Mapping[str, Any], as_of: datetime) -> dict[str, Any]:
    return {
        "as_of": as_of,
        "history": options["history"],
        "again": options["again"],
        "shown": SHOWN,
        "reasons": REASONS,
    }
