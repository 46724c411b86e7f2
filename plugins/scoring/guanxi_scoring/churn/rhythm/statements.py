"""The SQL of rhythms: gaps from the touchpoints, the day of the warning from gaps.

A day counts once, in the company's zone. Touchpoints in which the customer only was written to
(direction ``out``) are no sign of life. All values are bound.
"""

from typing import Final

from sqlalchemy import text

_SIGNS: Final = "(:signs = 'contacts' AND t.direction <> 'out' OR t.kind = 'purchase')"
_FEW: Final = "t.customer_id = ANY(CAST(:ids AS uuid[]))"
_KNOWN: Final = "t.customer_id IS NOT NULL"

_GAPS: Final = """
    SELECT customer_id, day, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
    FROM (
        SELECT DISTINCT t.customer_id, CAST(t.occurred_at AT TIME ZONE :zone AS date) AS day
        FROM touchpoints t JOIN customers c ON c.id = t.customer_id
        WHERE t.state = 'recorded' AND t.occurred_at < :as_of AND {signs} AND {whom}
          AND c.merged_into IS NULL AND c.erased_at IS NULL
    ) days
"""
_SUMS: Final = """
    SELECT customer_id, CAST(count(gap) AS integer) AS gaps,
           CAST(coalesce(sum(gap), 0) AS integer) AS gap_days,
           coalesce(sum(CAST(round(ln(CAST(gap AS float8)) * 1e6) AS bigint)), 0) AS log_micros,
           min(day) AS first_on, max(day) AS last_on
    FROM ({gaps}) g GROUP BY customer_id
"""
_DAYS_UNTIL: Final = """
    CASE WHEN s.gaps >= p.min_gaps AND p.shape IS NOT NULL THEN
        least(100000, (p.prior_rate + s.gap_days)
        * p.{which}[least(s.gaps, cardinality(p.{which}) - 1) + 1]
        * CASE WHEN s.gaps < cardinality(p.{which}) THEN 1
               ELSE (p.prior_shape + p.shape * (cardinality(p.{which}) - 1))
                    / (p.prior_shape + p.shape * s.gaps) END)
    END
"""
_DUE: Final = "s.last_on + CAST(round({days}) AS integer)"
_WARN: Final = "s.last_on + CAST(floor({days}) AS integer) + 1"
_ROWS: Final = """
    SELECT s.customer_id, s.gaps, s.gap_days, s.log_micros, s.first_on, s.last_on,
           {due} AS due_on,
           CASE WHEN c.status = 'active' THEN {warn} END AS warn_on
    FROM ({source}) s JOIN customers c ON c.id = s.customer_id
    LEFT JOIN scoring_rhythm_population p ON true
    ORDER BY s.customer_id
"""
_COLUMNS: Final = (
    "gaps", "gap_days", "log_micros", "first_on", "last_on", "due_on", "warn_on",
)  # fmt: skip
_UPSERT: Final = """
    INSERT INTO scoring_rhythms AS r (customer_id, {columns})
    {rows}
    ON CONFLICT (customer_id) DO UPDATE SET {set},
        warned_at = CASE WHEN excluded.last_on > r.warned_for THEN NULL ELSE r.warned_at END,
        warned_for = CASE WHEN excluded.last_on <= r.warned_for THEN excluded.last_on END
    WHERE ({old}) IS DISTINCT FROM ({new})
"""
_GONE: Final = """
    DELETE FROM scoring_rhythms t WHERE {whom} AND NOT EXISTS (
        SELECT 1 FROM ({gaps}) g WHERE g.customer_id = t.customer_id)
"""


def _gaps(*, few: bool) -> str:
    return _GAPS.format(signs=_SIGNS, whom=_FEW if few else _KNOWN)


def _days(which: str) -> str:
    return _DAYS_UNTIL.format(which=which)


def _rows(source: str) -> str:
    due = _DUE.format(days=_days("due_factors"))
    return _ROWS.format(due=due, warn=_WARN.format(days=_days("warn_factors")), source=source)


def _upsert(*, few: bool) -> str:
    return _UPSERT.format(
        columns=", ".join(_COLUMNS),
        rows=_rows(_SUMS.format(gaps=_gaps(few=few))),
        set=", ".join(f"{one} = excluded.{one}" for one in _COLUMNS),
        old=", ".join(f"r.{one}" for one in _COLUMNS),
        new=", ".join(f"excluded.{one}" for one in _COLUMNS),
    )


STORE_FEW: Final = text(_upsert(few=True))
STORE_ALL: Final = text(_upsert(few=False))
REMOVE_FEW: Final = text(_GONE.format(whom=_FEW, gaps=_gaps(few=True)))
REMOVE_ALL: Final = text(
    "DELETE FROM scoring_rhythms r WHERE NOT EXISTS ("  # noqa: S608 -- constants of this file
    f"SELECT 1 FROM ({_gaps(few=False)}) g WHERE g.customer_id = r.customer_id)"
)
"""Who has no day any more has no rhythm."""

STORED_GAPS: Final = text(
    """
    SELECT gaps, gap_days, count(*) AS customers, sum(log_micros) AS logs
    FROM (SELECT gaps, gap_days, log_micros FROM scoring_rhythms WHERE gaps > 0
          ORDER BY customer_id LIMIT :most) r
    GROUP BY gaps, gap_days ORDER BY gaps, gap_days
    """
)
"""Identical customers together; ids are in the order of their making, so no one is preferred."""

CAME_TRUE: Final = text(
    """
    SELECT DISTINCT customer_id FROM touchpoints
    WHERE occurred_at >= :since AND occurred_at < :until AND created_at < occurred_at
      AND state = 'recorded' AND customer_id IS NOT NULL
    """
)
"""Whose touchpoints, entered for a later instant, took place since then."""

DUE: Final = text(
    """
    UPDATE scoring_rhythms r SET warned_at = :now, warned_for = r.last_on
    FROM (SELECT customer_id FROM scoring_rhythms
          WHERE warned_at IS NULL AND warn_on <= :today
          ORDER BY warn_on LIMIT :most FOR UPDATE SKIP LOCKED) due
    WHERE r.customer_id = due.customer_id
    RETURNING r.customer_id, r.last_on, r.warn_on
    """
)
"""Whose day of the warning has come."""
