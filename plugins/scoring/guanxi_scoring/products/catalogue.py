"""The catalogue: which products there are, which may be recommended, what sells best.

Worked out from the lines when everybody is scored, and at once when an admin marks products.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.products.bought import EVERYBODY, LIKE

POPULAR_EVERYWHERE: Final = 100
POPULAR_THERE: Final = 50
"""So many best sellers are kept of all countries, and of one."""
ENOUGH_BUYERS: Final = 50
"""A country with fewer buyers lately has no best sellers of its own."""

_SOLD: Final = """
SELECT l.product, max(t.occurred_at) AS last_at,
    (array_agg(l.description ORDER BY t.occurred_at DESC, t.id DESC)
        FILTER (WHERE l.description IS NOT NULL))[1] AS description
FROM touchpoints t JOIN touchpoint_lines l ON l.touchpoint_id = t.id
WHERE t.state = 'recorded' AND t.kind = 'purchase' AND l.quantity > 0
    AND t.occurred_at < :as_of
GROUP BY l.product
"""
_FILL: Final = text(
    f"""
    INSERT INTO scoring_products (product, description, buyers, last_sold_on, available, once_only)
    SELECT s.product, s.description, coalesce(b.buyers, 0),
        (s.last_at AT TIME ZONE :zone)::date, s.last_at >= :sold_since, false
    FROM ({_SOLD}) s LEFT JOIN (
        SELECT product, count(*) AS buyers FROM ({EVERYBODY}) kept GROUP BY product
    ) b USING (product)
    """  # noqa: S608 -- constants
)
_MARK: Final = text(
    f"""
    UPDATE scoring_products p SET
        once_only = EXISTS (SELECT 1 FROM scoring_product_rules i
                            WHERE i.mark = 'once_only' AND p.product LIKE {LIKE}),
        available = coalesce((
            SELECT i.mark = 'available' FROM scoring_product_rules i
            WHERE i.mark <> 'once_only' AND p.product LIKE {LIKE}
            ORDER BY i.mark = 'ignored' DESC, length(i.pattern) DESC, i.mark DESC LIMIT 1
        ), p.last_sold_on >= :sold_since_day)
    """  # noqa: S608 -- constants
)
_POPULAR: Final = text(
    f"""
    WITH lately AS (
        SELECT kept.customer_id, kept.product, coalesce(c.country, '') AS country
        FROM ({EVERYBODY}) kept JOIN customers c ON c.id = kept.customer_id
        WHERE kept.last_at >= :popular_since
    ), places AS (
        SELECT '' AS country, :everywhere AS most
        UNION ALL
        SELECT country, :there FROM lately WHERE country <> ''
        GROUP BY country HAVING count(DISTINCT customer_id) >= :enough
    ), counted AS (
        SELECT places.country, lately.product, count(*) AS buyers, min(places.most) AS most
        FROM lately JOIN places ON places.country IN ('', lately.country)
        GROUP BY 1, 2
    ), ranked AS (
        SELECT counted.*, row_number() OVER (
            PARTITION BY counted.country ORDER BY counted.buyers DESC, product COLLATE "C") AS rank
        FROM counted JOIN scoring_products p USING (product) WHERE p.available
    )
    INSERT INTO scoring_popular_products (country, rank, product, buyers)
    SELECT country, rank, product, buyers FROM ranked WHERE rank <= most
    """  # noqa: S608 -- constants
)


def fill(session: Session, as_of: datetime, options: Mapping[str, Any]) -> None:
    """Work out the catalogue and the best sellers as of an instant."""
    sold_since = as_of - timedelta(days=options["unsold_days"])
    session.execute(text("DELETE FROM scoring_products"))
    values = {"as_of": as_of, "sold_since": sold_since, "zone": company(session).zone}
    session.execute(_FILL, values)
    mark(session, as_of, options)
    fill_popular(session, as_of, options)
    session.execute(text("ANALYZE scoring_products, scoring_popular_products"))


def mark(session: Session, as_of: datetime, options: Mapping[str, Any]) -> None:
    """Apply the marks of the admin, and by default what was not sold for so long.

    Of several marks about availability the longest pattern counts; ``ignored`` always does.
    """
    sold_since = as_of - timedelta(days=options["unsold_days"])
    session.execute(_MARK, {"sold_since_day": company(session).day(sold_since)})


def fill_popular(session: Session, as_of: datetime, options: Mapping[str, Any]) -> None:
    """Work out the best sellers of the last days, everywhere and by country."""
    session.execute(text("DELETE FROM scoring_popular_products"))
    values = {
        "as_of": as_of,
        "popular_since": as_of - timedelta(days=options["popular_days"]),
        "everywhere": POPULAR_EVERYWHERE,
        "there": POPULAR_THERE,
        "enough": ENOUGH_BUYERS,
    }
    session.execute(_POPULAR, values)
