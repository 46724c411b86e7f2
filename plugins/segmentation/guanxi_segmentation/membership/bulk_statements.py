"""Statements of the evaluation of very many customers, over temporary tables.

``segmentation_found`` (what the rules say), ``segmentation_wanted`` (with pins; only customers of
whom something differs), ``segmentation_moves`` (who enters and leaves what). In arrays of keys
hidden ones stand last, and else they are sorted by code points, so that equal ones are equal.
"""

from typing import Any, Final

from sqlalchemy import ClauseElement, Executable, Select, text
from sqlalchemy.ext.compiler import compiles


class Keep(Executable, ClauseElement):
    """Keep what a select finds in ``segmentation_found``; its values stay bound parameters.

    SQLAlchemy's own ``CreateTableAs`` writes values into the text, which we never do.
    """

    inherit_cache = False

    def __init__(self, found: Select[Any]) -> None:
        self.found = found


@compiles(Keep)
def _keep(element: Keep, compiler: Any, **more: Any) -> str:
    found = compiler.process(element.found, **more)
    return f"CREATE TEMPORARY TABLE segmentation_found AS {found}"


ROOM: Final = text("SELECT set_config('work_mem', '256MB', true)")
"""Memory for hashing and sorting very many, until the commit."""
ANALYZE_FOUND: Final = text("ANALYZE segmentation_found")
"""Without figures the planner takes a new table for a small one."""
ANALYZE_MOVES: Final = text("ANALYZE segmentation_wanted, segmentation_moves")
FORGET_FOUND: Final = text("DROP TABLE IF EXISTS segmentation_found")
FORGET_ALL: Final = text("DROP TABLE segmentation_found, segmentation_wanted, segmentation_moves")

WANTED: Final = text(
    """
    CREATE TEMPORARY TABLE segmentation_wanted AS
    WITH pinned AS (
        SELECT p.customer_id,
               coalesce(array_agg(s.key) FILTER (WHERE p.included), '{}') AS plus,
               coalesce(array_agg(s.key) FILTER (WHERE NOT p.included), '{}') AS minus
        FROM segmentation_pins p JOIN segmentation_segments s ON s.id = p.segment_id
        WHERE s.key = ANY(CAST(:keys AS text[]))
          AND (CAST(:ids AS uuid[]) IS NULL OR p.customer_id = ANY(CAST(:ids AS uuid[])))
        GROUP BY p.customer_id
    ), wanted AS (
        SELECT f.customer_id, f.next_check_at, CASE WHEN p.customer_id IS NULL THEN f.segments
            ELSE ARRAY(
                SELECT k FROM (SELECT unnest(f.segments) UNION SELECT unnest(p.plus)) x(k)
                WHERE k <> ALL(p.minus) ORDER BY k ~ '^(held|class)_', k COLLATE "C"
            ) END AS segments
        FROM segmentation_found f LEFT JOIN pinned p USING (customer_id)
    ), compared AS (
        SELECT w.customer_id, w.segments AS wanted, s.stored,
               CASE WHEN s.stored && CAST(:others AS text[])
                    THEN ARRAY(SELECT k FROM unnest(s.stored) WITH ORDINALITY u(k, place)
                               WHERE k = ANY(CAST(:keys AS text[])) ORDER BY place)
                    ELSE s.stored END AS present
        FROM wanted w JOIN (
            SELECT customer_id, segments || hidden AS stored FROM segmentation_states
        ) s USING (customer_id)
    )
    SELECT customer_id, wanted, stored, present FROM compared WHERE wanted <> present
    """
)
MOVES: Final = text(
    """
    CREATE TEMPORARY TABLE segmentation_moves AS
    SELECT m.customer_id, e.segment_id, e.key, m.entered, e.cause, e.version
    FROM (
        SELECT customer_id, k, true AS entered FROM segmentation_wanted, unnest(wanted) k
        WHERE k <> ALL(present)
        UNION ALL
        SELECT customer_id, k, false FROM segmentation_wanted, unnest(present) k
        WHERE k <> ALL(wanted)
    ) m(customer_id, key, entered)
    JOIN unnest(
        CAST(:segments AS uuid[]), CAST(:keys AS text[]), CAST(:causes AS text[]),
        CAST(:versions AS bigint[])
    ) e(segment_id, key, cause, version) ON e.key = m.key
    """
)
LEAVE: Final = text(
    """
    UPDATE segmentation_memberships s
    SET left_at = greatest(CAST(:at AS timestamptz), s.entered_at), left_cause = m.cause
    FROM segmentation_moves m
    WHERE NOT m.entered AND s.segment_id = m.segment_id AND s.customer_id = m.customer_id
      AND s.left_at IS NULL
    """
)
ENTER: Final = text(
    """
    INSERT INTO segmentation_memberships
        (segment_id, customer_id, entered_at, entered_cause, rule_version)
    SELECT segment_id, customer_id, CAST(:at AS timestamptz), cause, version
    FROM segmentation_moves WHERE entered ORDER BY segment_id, customer_id
    ON CONFLICT (segment_id, customer_id) WHERE left_at IS NULL DO NOTHING
    """
)
COUNT: Final = text(
    """
    WITH summed AS (
        SELECT segment_id, count(*) AS moves, sum(CASE WHEN entered THEN 1 ELSE -1 END) AS delta
        FROM segmentation_moves GROUP BY segment_id
    ), noted AS (
        INSERT INTO segmentation_member_deltas (segment_id, delta)
        SELECT segment_id, delta FROM summed WHERE delta <> 0 ORDER BY segment_id
    )
    SELECT coalesce(sum(moves), 0)::bigint FROM summed
    """
)
STAND: Final = text(
    """
    UPDATE segmentation_states s SET
        segments = ARRAY(
            SELECT k FROM unnest(n.keys) WITH ORDINALITY u(k, place)
            WHERE k !~ '^(held|class)_' ORDER BY place
        ),
        hidden = ARRAY(
            SELECT k FROM unnest(n.keys) WITH ORDINALITY u(k, place)
            WHERE k ~ '^(held|class)_' ORDER BY place
        ),
        next_check_at = n.next_check_at,
        checked_at = greatest(s.checked_at, CAST(:at AS timestamptz)),
        touched = CASE WHEN :some THEN NULL ELSE s.touched END
    FROM (
        SELECT f.customer_id,
               CASE WHEN w.customer_id IS NULL THEN o.segments || o.hidden ELSE ARRAY(
                   SELECT k FROM (
                       (SELECT unnest(w.stored) EXCEPT SELECT unnest(w.present))
                       UNION SELECT unnest(w.wanted)
                   ) x(k) ORDER BY k COLLATE "C"
               ) END AS keys,
               CASE WHEN :replace THEN f.next_check_at
                    ELSE least(o.next_check_at, f.next_check_at) END AS next_check_at
        FROM segmentation_found f
        JOIN segmentation_states o USING (customer_id)
        LEFT JOIN segmentation_wanted w USING (customer_id)
        WHERE :some OR w.customer_id IS NOT NULL OR o.next_check_at IS DISTINCT FROM
              CASE WHEN :replace THEN f.next_check_at
                   ELSE least(o.next_check_at, f.next_check_at) END
    ) n
    WHERE s.customer_id = n.customer_id
    """
)
TOLD: Final = text(
    "SELECT customer_id, key, entered, cause FROM segmentation_moves "
    "WHERE key = ANY(CAST(:keys AS text[])) ORDER BY customer_id, key"
)
