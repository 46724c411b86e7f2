"""What customers have bought and kept, from the lines of purchases and returns.

A product counts once however often it was bought; one that was sent back altogether does not
count. Products that an admin marked as ``ignored`` (postage, fees) are none.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

KEPT: Final = """
SELECT t.customer_id, l.product,
    max(t.occurred_at) FILTER (WHERE t.kind = 'purchase') AS last_at
FROM touchpoints t JOIN touchpoint_lines l ON l.touchpoint_id = t.id
WHERE t.state = 'recorded' AND t.kind IN ('purchase', 'return') AND t.customer_id {whose}
    AND t.occurred_at < :as_of
    AND NOT EXISTS (SELECT 1 FROM scoring_product_rules i
                    WHERE i.mark = 'ignored' AND l.product LIKE {like})
GROUP BY t.customer_id, l.product
HAVING sum(CASE t.kind WHEN 'return' THEN -abs(l.quantity) ELSE l.quantity END) > 0
    AND bool_or(t.kind = 'purchase')
"""
"""Customer, product, when last bought; ``{whose}`` says of whom, ``:as_of`` until when."""
LIKE: Final = (
    r"replace(replace(replace(replace(i.pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')"
)
"""The pattern of a rule as SQL compares it."""
EVERYBODY: Final = KEPT.format(whose="IS NOT NULL", like=LIKE)
SOME: Final = KEPT.format(whose="= ANY(CAST(:customers AS uuid[]))", like=LIKE)
_HISTORIES: Final = text(
    f"""
    SELECT customer_id, (array_agg(product ORDER BY last_at DESC, product COLLATE "C"))[1 : :most]
    FROM ({EVERYBODY}) kept GROUP BY customer_id ORDER BY customer_id
    """  # noqa: S608 -- constants
)
_FETCHED: Final = 5_000


def histories(session: Session, as_of: datetime, *, most: int) -> Iterator[tuple[UUID, list[str]]]:
    """Yield each customer with what they bought before an instant, the latest first.

    :param most: so many products of a customer at most. Rows come a few thousand at a time.
    """
    found = session.execute(
        _HISTORIES, {"as_of": as_of, "most": most}, execution_options={"yield_per": _FETCHED}
    )
    yield from ((row[0], row[1]) for row in found)
