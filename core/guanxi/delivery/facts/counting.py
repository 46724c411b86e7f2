"""SQL that counts touchpoints as the facts must hold them at this point of the log.

The stored touchpoints count +1; what the log has not delivered to the facts yet is taken out
again, event by event, because it will come. ``recount.py`` and ``verifying.py`` run it.

Parameters: ``everyone`` or else ``ids`` of customers; ``partitions`` and ``upto``, parts of the
log that count as delivered so far; ``current``, set-aside events that count as delivered.
"""

from sqlalchemy import text

_PENDING = """
    handled(partition, position) AS (
        SELECT p, greatest(b.position, now.position, 0)
        FROM generate_series(0, :last_partition) p
        LEFT JOIN delivery_bookmarks b ON b.reader = 'core.facts' AND b.partition = p
        LEFT JOIN unnest(CAST(:partitions AS smallint[]), CAST(:upto AS bigint[]))
            now(partition, position) ON now.partition = p
    ),
    undelivered AS (
        SELECT e.* FROM handled h
        JOIN events e ON e.partition = h.partition AND e.position > h.position
        UNION ALL
        SELECT e.* FROM delivery_parked p JOIN events e USING (position)
        WHERE p.reader = 'core.facts' AND p.state <> 'skipped' AND p.position <> ALL(:current)
    ),
    pending AS (
        SELECT s.sign, s.customer_id, s.facts FROM undelivered e CROSS JOIN LATERAL (VALUES
            (-1, e.customer_id, e.payload -> 'touchpoint'),
            (1, CAST(e.payload #>> '{before,customer_id}' AS uuid), e.payload -> 'before'),
            (-1, CAST(e.payload #>> '{after,customer_id}' AS uuid), e.payload -> 'after')
        ) s(sign, customer_id, facts)
        WHERE e.kind IN ('TouchpointRecorded', 'TouchpointCorrected')
          AND jsonb_typeof(s.facts) = 'object'
    )
"""
_SIGNED = """
    family(id, root) AS (
        SELECT id, id FROM customers
        WHERE merged_into IS NULL AND erased_at IS NULL AND (:everyone OR id = ANY(:ids))
        UNION ALL
        SELECT c.id, f.root FROM customers c JOIN family f ON c.merged_into = f.id
    ),
    signed AS (
        SELECT f.root AS customer_id, 1 AS sign, true AS stored,
               t.kind, t.direction, t.occurred_at, t.amount, t.currency
        FROM touchpoints t JOIN family f ON f.id = t.customer_id WHERE t.state = 'recorded'
        UNION ALL
        SELECT f.root, p.sign, false, p.facts ->> 'kind', p.facts ->> 'direction',
               CAST(p.facts ->> 'occurred_at' AS timestamptz),
               CAST(p.facts ->> 'amount' AS numeric), p.facts ->> 'currency'
        FROM pending p JOIN family f ON f.id = p.customer_id
    )
"""
ACTIVITY = f"""
    WITH RECURSIVE {_PENDING}, {_SIGNED}, counted AS (
        SELECT customer_id, sum(sign) AS touchpoints,
               coalesce(min(occurred_at) FILTER (WHERE stored), min(occurred_at)) AS first_at,
               coalesce(max(occurred_at) FILTER (WHERE stored), max(occurred_at)) AS last_at,
               max(occurred_at) FILTER (WHERE stored AND direction = 'in') AS last_inbound_at,
               max(occurred_at) FILTER (WHERE stored AND direction = 'out') AS last_outbound_at,
               bool_and(stored) AS settled
        FROM signed GROUP BY customer_id HAVING sum(sign) <> 0
    )
"""  # noqa: S608 -- parts of this file
TRADE = f"""
    WITH RECURSIVE {_PENDING}, {_SIGNED}, counted AS (
        SELECT customer_id, currency,
               coalesce(sum(sign) FILTER (WHERE kind = 'purchase'), 0) AS purchases,
               coalesce(sum(sign) FILTER (WHERE kind = 'return'), 0) AS returns,
               coalesce(sum(sign * amount), 0) AS revenue,
               min(occurred_at) FILTER (WHERE stored AND kind = 'purchase') AS first_purchase_at,
               max(occurred_at) FILTER (WHERE stored AND kind = 'purchase') AS last_purchase_at,
               bool_and(stored) AS settled
        FROM signed WHERE kind IN ('purchase', 'return') AND currency IS NOT NULL
        GROUP BY customer_id, currency
        HAVING coalesce(sum(sign) FILTER (WHERE kind = 'purchase'), 0) <> 0
            OR coalesce(sum(sign) FILTER (WHERE kind = 'return'), 0) <> 0
            OR coalesce(sum(sign * amount), 0) <> 0
    )
"""  # noqa: S608 -- parts of this file
DAYS = f"""
    WITH {_PENDING}, counted AS (
        SELECT day, channel, kind, currency, known,
               sum(sign) AS count, coalesce(sum(sign * amount), 0) AS amount
        FROM (
            SELECT 1 AS sign, CAST(occurred_at AT TIME ZONE 'UTC' AS date) AS day, channel, kind,
                   coalesce(currency, '') AS currency, customer_id IS NOT NULL AS known, amount
            FROM touchpoints WHERE state = 'recorded'
            UNION ALL
            SELECT sign,
                   CAST(CAST(facts ->> 'occurred_at' AS timestamptz) AT TIME ZONE 'UTC' AS date),
                   facts ->> 'channel', facts ->> 'kind', coalesce(facts ->> 'currency', ''),
                   customer_id IS NOT NULL, CAST(facts ->> 'amount' AS numeric)
            FROM pending
        ) signed GROUP BY day, channel, kind, currency, known
        HAVING sum(sign) <> 0 OR coalesce(sum(sign * amount), 0) <> 0
    )
"""  # noqa: S608 -- parts of this file

INSERT_ACTIVITY = text(
    ACTIVITY  # noqa: S608 -- parts of this file
    + """
    INSERT INTO customer_activity (
        customer_id, touchpoints, first_at, last_at, last_inbound_at, last_outbound_at
    )
    SELECT customer_id, touchpoints, first_at, last_at, last_inbound_at, last_outbound_at
    FROM counted
    """
)
INSERT_TRADE = text(
    TRADE  # noqa: S608 -- parts of this file
    + """
    INSERT INTO customer_trade (
        customer_id, currency, purchases, returns, revenue, first_purchase_at, last_purchase_at
    )
    SELECT customer_id, currency, purchases, returns, revenue, first_purchase_at, last_purchase_at
    FROM counted
    """
)
INSERT_DAYS = text(
    DAYS  # noqa: S608 -- parts of this file
    + """
    INSERT INTO touchpoint_days (day, channel, kind, currency, known, count, amount)
    SELECT day, channel, kind, currency, known, count, amount FROM counted
    """
)
FORGET_ACTIVITY = text("DELETE FROM customer_activity WHERE :everyone OR customer_id = ANY(:ids)")
FORGET_TRADE = text("DELETE FROM customer_trade WHERE :everyone OR customer_id = ANY(:ids)")
FORGET_DAYS = text("DELETE FROM touchpoint_days")
