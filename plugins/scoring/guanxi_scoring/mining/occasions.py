"""Occasions on which a customer could have chosen otherwise: the statements of preferences.

Each occasion has a dimension (``channel``) and a value (``website``). Of a product the occasions
are the customer's days of purchase; of a word the different products bought; of a price level
their lines; of weekday and time of day the purchases; of a channel all contacts.
"""

from typing import Final

LEAST_LETTERS: Final = 4
STOP_WORDS: Final = ("with", "from", "this", "that", "your", "pack", "assorted", "small", "large")
DAYTIMES: Final = (("night", 0, 6), ("morning", 6, 12), ("afternoon", 12, 18), ("evening", 18, 24))
"""From which hour to which, in the company's zone."""

_TRADE: Final = """
trade AS MATERIALIZED (
    SELECT t.id, t.customer_id, t.occurred_at AT TIME ZONE :zone AS at
    FROM touchpoints t
    WHERE t.state = 'recorded' AND t.kind = 'purchase' AND t.customer_id {whose}
        AND t.occurred_at < :as_of
), lines AS MATERIALIZED (
    SELECT trade.customer_id, trade.at::date AS day, l.product, l.description, l.unit_price
    FROM trade JOIN touchpoint_lines l ON l.touchpoint_id = trade.id
    WHERE l.quantity > 0 AND NOT EXISTS (
        SELECT 1 FROM scoring_product_rules i
        WHERE i.mark = 'ignored' AND l.product LIKE {like})
), named AS (
    SELECT customer_id, product, lower(max(description)) AS description FROM lines GROUP BY 1, 2
), words AS (
    SELECT DISTINCT n.customer_id, n.product, w.word
    FROM named n, regexp_split_to_table(n.description, '(\\W|\\d|_)+') AS w (word)
    WHERE length(w.word) >= :letters AND NOT w.word = ANY(CAST(:stop_words AS text[]))
)
"""
OCCASIONS: Final = (
    _TRADE  # noqa: S608 -- constants
    + """
, counted AS (
    SELECT customer_id, 'product' AS dimension, product AS value, count(DISTINCT day) AS evidence
    FROM lines GROUP BY 1, 3
    UNION ALL
    SELECT customer_id, 'word', word, count(*) FROM words GROUP BY 1, 3
    UNION ALL
    SELECT t.customer_id, 'channel', t.channel, count(*) FROM touchpoints t
    WHERE t.state = 'recorded' AND t.customer_id {whose} AND t.occurred_at < :as_of GROUP BY 1, 3
    UNION ALL
    SELECT customer_id, 'weekday', CAST(extract(isodow FROM at)::int AS text), count(*)
    FROM trade GROUP BY 1, 3
    UNION ALL
    SELECT customer_id, 'daytime', CASE
        WHEN extract(hour FROM at) < 6 THEN 'night' WHEN extract(hour FROM at) < 12 THEN 'morning'
        WHEN extract(hour FROM at) < 18 THEN 'afternoon' ELSE 'evening' END, count(*)
    FROM trade GROUP BY 1, 3
    UNION ALL
    SELECT customer_id, 'price', CASE WHEN unit_price <= CAST(:low AS numeric) THEN 'low'
        WHEN unit_price >= CAST(:high AS numeric) THEN 'high' ELSE 'middle' END, count(*)
    FROM lines WHERE CAST(:low AS numeric) IS NOT NULL GROUP BY 1, 3
), totals AS (
    SELECT customer_id, 'product' AS dimension, count(DISTINCT day) AS of FROM lines GROUP BY 1
    UNION ALL
    SELECT customer_id, 'word', count(*) FROM named GROUP BY 1
    UNION ALL
    SELECT customer_id, dimension, sum(evidence)::bigint FROM counted
    WHERE dimension NOT IN ('product', 'word') GROUP BY 1, 2
)
"""
)
"""``counted``: customer, dimension, value, evidence; ``totals``: customer, dimension, of."""
