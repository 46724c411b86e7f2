"""Preferences (客户偏好) inferred from what customers do, each with its evidence and confidence.

Something is a preference where even the lower bound of the customer's share (Wilson, 1927; 99 %)
lies above the share among all customers: a few purchases are never enough, and what everybody
does is nobody's preference. What was rejected stays rejected, confirmed what was confirmed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import Asked, ask
from guanxi_scoring.company import company
from guanxi_scoring.mining.occasions import LEAST_LETTERS, OCCASIONS, STOP_WORDS
from guanxi_scoring.mining.running import LAST_PURCHASE, a_day_after, known_until
from guanxi_scoring.products.bought import LIKE

DIMENSIONS: Final = ("product", "word", "channel", "weekday", "daytime", "price")
LEAST_EVIDENCE: Final = 3
SHOWN: Final = 3
"""So many preferences of a dimension are kept for a customer, the surest."""
_Z: Final = 2.575829
_LEAST_SHARE: Final = 0.0001
_AT_ONCE: Final = 1_000

_SHARES: Final = text(
    f"""
    INSERT INTO scoring_preference_shares (dimension, value, share, limits)
    WITH {OCCASIONS.format(whose="IS NOT NULL", like=LIKE)}, everybody AS (
        SELECT dimension, sum(of) AS of FROM totals GROUP BY 1
    )
    SELECT c.dimension, c.value, sum(c.evidence)::float / min(e.of),
        CASE c.dimension WHEN 'price' THEN
            jsonb_build_object('low', CAST(:low AS text), 'high', CAST(:high AS text)) END
    FROM counted c JOIN everybody e USING (dimension)
    GROUP BY 1, 2 HAVING sum(c.evidence)::float / min(e.of) >= :least_share
    """  # noqa: S608 -- constants
)
_LIMITS: Final = text(
    """
    SELECT percentile_disc(ARRAY[0.3333, 0.6667]) WITHIN GROUP (ORDER BY l.unit_price)
    FROM touchpoints t JOIN touchpoint_lines l ON l.touchpoint_id = t.id
    WHERE t.state = 'recorded' AND t.kind = 'purchase' AND t.customer_id IS NOT NULL
        AND t.occurred_at < :as_of AND l.quantity > 0
    """
)
_KNOWN: Final = text(
    f"""
    SELECT EXISTS (SELECT FROM scoring_preference_shares),
        (SELECT limits FROM scoring_preference_shares
         WHERE dimension = 'price' AND limits IS NOT NULL LIMIT 1),
        ({LAST_PURCHASE})
    """  # noqa: S608 -- constants
)
_INFER: Final = text(
    f"""
    WITH {OCCASIONS.format(whose="= ANY(CAST(:customers AS uuid[]))", like=LIKE)}, judged AS (
        SELECT c.customer_id, c.dimension, c.value, c.evidence, t.of, s.share AS usual,
            greatest(0, (c.evidence::float / t.of + z.z2 / (2 * t.of) - :z * sqrt(
                c.evidence::float / t.of * (1 - c.evidence::float / t.of) / t.of
                + z.z2 / (4.0 * t.of * t.of))) / (1 + z.z2 / t.of)) AS confidence
        FROM counted c JOIN totals t USING (customer_id, dimension)
            JOIN scoring_preference_shares s USING (dimension, value),
            (SELECT :z * :z AS z2) z
        WHERE c.evidence >= :least
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY customer_id, dimension
            ORDER BY confidence - usual DESC, value COLLATE "C") AS n
        FROM judged WHERE confidence > usual
    )
    INSERT INTO scoring_preferences
        (customer_id, dimension, value, evidence, of, usual, confidence)
    SELECT r.customer_id, r.dimension, r.value, r.evidence, r.of, r.usual, r.confidence
    FROM ranked r JOIN customers c ON c.id = r.customer_id
    WHERE r.n <= :shown AND c.merged_into IS NULL AND c.erased_at IS NULL
    ON CONFLICT (customer_id, dimension, value) DO UPDATE
    SET evidence = excluded.evidence, of = excluded.of, usual = excluded.usual,
        confidence = excluded.confidence
    """  # noqa: S608 -- constants
)
_FORGET: Final = text(
    "DELETE FROM scoring_preferences WHERE state = 'inferred' "
    "AND customer_id = ANY(CAST(:customers AS uuid[]))"
)
_EVERYBODY: Final = text(
    "SELECT DISTINCT customer_id FROM touchpoints WHERE customer_id IS NOT NULL "
    "AND state = 'recorded' AND occurred_at < :as_of ORDER BY customer_id"
)
_NOBODY: Final = text("DELETE FROM scoring_preferences WHERE state = 'inferred'")


def infer_everybody(session: Session, now: datetime) -> dict[str, Any]:
    """Work out what is usual, and what each customer prefers; how many customers were looked at."""
    as_of = known_until(session, now)
    session.execute(text("DELETE FROM scoring_preference_shares"))
    limits = session.scalar(_LIMITS, {"as_of": as_of})
    values = _values(session, as_of, limits)
    session.execute(_SHARES, {**values, "least_share": _LEAST_SHARE})
    session.execute(_NOBODY)
    everybody = list(session.scalars(_EVERYBODY, {"as_of": as_of}))
    _infer(session, everybody, values)
    return {"customers": len(everybody)}


def infer(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    """Work out anew what some customers prefer, against what was usual at the last run."""
    (((is_known, limits, last),),) = ask(session, (_KNOWN, {"now": now}))
    if not is_known:
        return
    told = limits or {}
    as_of = a_day_after(last, now)
    values = _values(session, as_of, (told.get("low"), told.get("high")))
    _infer(session, customers, values, forget=True)


def _infer(
    session: Session, customers: Sequence[UUID], values: dict[str, Any], *, forget: bool = False
) -> None:
    same = {**values, "z": _Z, "least": LEAST_EVIDENCE, "shown": SHOWN}
    for begin in range(0, len(customers), _AT_ONCE):
        some = {"customers": list(customers[begin : begin + _AT_ONCE])}
        first: list[Asked] = [(_FORGET, some)] if forget else []
        ask(session, *first, (_INFER, {**same, **some}))


def _values(session: Session, as_of: datetime, limits: Sequence[Any] | None) -> dict[str, Any]:
    """Return what the statements share; prices have levels only where they differ."""
    low, high = limits or (None, None)
    if low == high:
        low = high = None
    return {
        "as_of": as_of,
        "zone": company(session).zone,
        "letters": LEAST_LETTERS,
        "stop_words": list(STOP_WORDS),
        "low": None if low is None else str(low),
        "high": None if high is None else str(high),
    }
