"""Add a tally to the tables, in one statement per table whatever its size.

Rows are written in the order of their keys, so that two batches at once never wait for each
other in a circle; the days, which all batches share, come last and are locked only shortly.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from guanxi.delivery.facts.tally import Activity, Day, DayKey, Tally, Trade

# Where all sums fall to zero the row goes: no touchpoints, no facts. Events of one touchpoint can
# lie in two parts of the log, when it changes hands, and come in the other order; so for a while
# a sum may be negative, or there is money without a purchase.
_ACTIVITY = text(
    """
    WITH written AS (
        INSERT INTO customer_activity AS a (
            customer_id, touchpoints, first_at, last_at, last_inbound_at, last_outbound_at
        )
        SELECT * FROM unnest(
            CAST(:c0 AS uuid[]), CAST(:c1 AS bigint[]), CAST(:c2 AS timestamptz[]),
            CAST(:c3 AS timestamptz[]), CAST(:c4 AS timestamptz[]), CAST(:c5 AS timestamptz[])
        )
        ON CONFLICT (customer_id) DO UPDATE SET
            touchpoints = a.touchpoints + excluded.touchpoints,
            first_at = least(a.first_at, excluded.first_at),
            last_at = greatest(a.last_at, excluded.last_at),
            last_inbound_at = greatest(a.last_inbound_at, excluded.last_inbound_at),
            last_outbound_at = greatest(a.last_outbound_at, excluded.last_outbound_at)
        RETURNING customer_id, touchpoints
    )
    SELECT customer_id FROM written WHERE touchpoints = 0
    """
)
_TRADE = text(
    """
    WITH written AS (
        INSERT INTO customer_trade AS t (
            customer_id, currency, purchases, returns, revenue, first_purchase_at, last_purchase_at
        )
        SELECT * FROM unnest(
            CAST(:c0 AS uuid[]), CAST(:c1 AS text[]), CAST(:c2 AS bigint[]), CAST(:c3 AS bigint[]),
            CAST(:c4 AS numeric[]), CAST(:c5 AS timestamptz[]), CAST(:c6 AS timestamptz[])
        )
        ON CONFLICT (customer_id, currency) DO UPDATE SET
            purchases = t.purchases + excluded.purchases,
            returns = t.returns + excluded.returns,
            revenue = t.revenue + excluded.revenue,
            first_purchase_at = least(t.first_purchase_at, excluded.first_purchase_at),
            last_purchase_at = greatest(t.last_purchase_at, excluded.last_purchase_at)
        RETURNING customer_id, purchases, returns, revenue
    )
    SELECT customer_id FROM written WHERE purchases = 0 AND returns = 0 AND revenue = 0
    """
)
_DAYS = text(
    """
    WITH written AS (
        INSERT INTO touchpoint_days AS d (day, channel, kind, currency, known, count, amount)
        SELECT * FROM unnest(
            CAST(:c0 AS date[]), CAST(:c1 AS text[]), CAST(:c2 AS text[]), CAST(:c3 AS text[]),
            CAST(:c4 AS boolean[]), CAST(:c5 AS bigint[]), CAST(:c6 AS numeric[])
        )
        ON CONFLICT (day, channel, kind, currency, known) DO UPDATE SET
            count = d.count + excluded.count,
            amount = d.amount + excluded.amount
        RETURNING day, count, amount
    )
    SELECT day FROM written WHERE count = 0 AND amount = 0
    """
)
_NO_ACTIVITY = text(
    "DELETE FROM customer_activity WHERE customer_id = ANY(:keys) AND touchpoints = 0"
)
_NO_TRADE = text(
    "DELETE FROM customer_trade WHERE customer_id = ANY(:keys) "
    "AND purchases = 0 AND returns = 0 AND revenue = 0"
)
_NO_DAYS = text("DELETE FROM touchpoint_days WHERE day = ANY(:keys) AND count = 0 AND amount = 0")

# The first or last touchpoint of somebody may be the one that went, so both are looked up. What
# the log has not delivered yet may already be among them; that does no harm, it comes anyway.
_FAMILY = """
    WITH RECURSIVE family(id, root) AS (
        SELECT id, id FROM customers WHERE id = ANY(:keys)
        UNION ALL
        SELECT c.id, f.root FROM customers c JOIN family f ON c.merged_into = f.id
    )
"""
_SPAN_OF_ACTIVITY = text(
    _FAMILY  # noqa: S608 -- parts of this file
    + """
    UPDATE customer_activity a SET
        first_at = t.first_at, last_at = t.last_at,
        last_inbound_at = t.last_inbound_at, last_outbound_at = t.last_outbound_at
    FROM (
        SELECT f.root, min(t.occurred_at) AS first_at, max(t.occurred_at) AS last_at,
               max(t.occurred_at) FILTER (WHERE t.direction = 'in') AS last_inbound_at,
               max(t.occurred_at) FILTER (WHERE t.direction = 'out') AS last_outbound_at
        FROM touchpoints t JOIN family f ON f.id = t.customer_id
        WHERE t.state = 'recorded' GROUP BY f.root
    ) t WHERE t.root = a.customer_id
    """
)
_SPAN_OF_TRADE = text(
    _FAMILY  # noqa: S608 -- parts of this file
    + """
    UPDATE customer_trade c SET
        first_purchase_at = t.first_at, last_purchase_at = t.last_at
    FROM (
        SELECT f.root, t.currency,
               min(t.occurred_at) FILTER (WHERE t.kind = 'purchase') AS first_at,
               max(t.occurred_at) FILTER (WHERE t.kind = 'purchase') AS last_at
        FROM touchpoints t JOIN family f ON f.id = t.customer_id
        WHERE t.state = 'recorded' AND t.kind IN ('purchase', 'return') GROUP BY f.root, t.currency
    ) t WHERE t.root = c.customer_id AND t.currency = c.currency
    """
)


def add(session: Session, tally: Tally) -> None:
    """Add ``tally`` to the facts."""
    activity = [_activity(key, tally.activity[key]) for key in sorted(tally.activity)]
    _upsert(session, _ACTIVITY, _NO_ACTIVITY, activity)
    _look_up(session, _SPAN_OF_ACTIVITY, tally.unsure)
    trade = [_trade(key, tally.trade[key]) for key in sorted(tally.trade)]
    _upsert(session, _TRADE, _NO_TRADE, trade)
    _look_up(session, _SPAN_OF_TRADE, tally.unsure)
    _upsert(session, _DAYS, _NO_DAYS, [_day(key, tally.days[key]) for key in sorted(tally.days)])


def _upsert(
    session: Session, statement: TextClause, tidy: TextClause, rows: Sequence[tuple[object, ...]]
) -> None:
    if not rows:
        return
    columns = {f"c{i}": list(values) for i, values in enumerate(zip(*rows, strict=True))}
    emptied = {key for (key,) in session.execute(statement, columns)}
    if emptied:
        session.execute(tidy, {"keys": list(emptied)})


def _look_up(session: Session, statement: TextClause, customers: Collection[UUID]) -> None:
    if customers:
        session.execute(statement, {"keys": list(customers)})


def _activity(customer_id: UUID, a: Activity) -> tuple[object, ...]:
    span = a.contacts
    return customer_id, a.touchpoints, span.first, span.last, a.inbound.last, a.outbound.last


def _trade(key: tuple[UUID, str], t: Trade) -> tuple[object, ...]:
    return *key, t.purchases, t.returns, t.revenue, t.bought.first, t.bought.last


def _day(key: DayKey, d: Day) -> tuple[object, ...]:
    return *key, d.count, d.amount
