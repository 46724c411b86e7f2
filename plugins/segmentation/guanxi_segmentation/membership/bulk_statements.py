"""Statements of the evaluation of very many customers, over temporary tables.

``segmentation_ours`` (whose states this transaction holds), ``segmentation_found`` (what the rules
say), ``segmentation_wanted`` (only customers of whom something differs), ``segmentation_moves``
(who enters and leaves what). Arrays of keys are sorted by code points, so that equal ones are
equal.
"""

from typing import Any, Final

from sqlalchemy import ClauseElement, Executable, Select, text
from sqlalchemy.ext.compiler import compiles


class Keep(Executable, ClauseElement):
    """Keep what a select finds in a temporary table; its values stay bound parameters.

    SQLAlchemy's own ``CreateTableAs`` writes values into the text, which we never do.
    """

    inherit_cache = False

    def __init__(self, table: str, found: Select[Any]) -> None:
        self.table = table
        self.found = found


@compiles(Keep)
def _keep(element: Keep, compiler: Any, **more: Any) -> str:
    found = compiler.process(element.found, **more)
    return f"CREATE TEMPORARY TABLE {element.table} AS {found}"


ROOM: Final = text("SELECT set_config('work_mem', '256MB', true)")
"""Memory for hashing and sorting very many, until the commit."""
HOLD_SEGMENTS: Final = text(
    "SELECT id FROM segmentation_segments WHERE id = ANY(CAST(:ids AS uuid[])) "
    "ORDER BY id FOR KEY SHARE"
)
"""As a foreign key of each stay would, but once: nobody deletes a segment that is worked out."""
PINNED: Final = text(
    """
    SELECT key FROM segmentation_segments s WHERE s.key = ANY(CAST(:keys AS text[]))
      AND EXISTS (SELECT 1 FROM segmentation_pins p WHERE p.segment_id = s.id)
    """
)
OURS: Final = "segmentation_ours"
FOUND: Final = "segmentation_found"
FORGET_OURS: Final = text("DROP TABLE IF EXISTS segmentation_ours")
FORGET_FOUND: Final = text("DROP TABLE IF EXISTS segmentation_found")
_NEW = """
    FROM customers c
    WHERE merged_into IS NULL AND erased_at IS NULL
      AND (CAST(:first AS uuid) IS NULL OR id >= :first)
      AND (CAST(:end AS uuid) IS NULL OR id < :end)
      AND NOT EXISTS (SELECT 1 FROM segmentation_states s WHERE s.customer_id = c.id)
"""
ANY_NEW: Final = text(f"SELECT EXISTS (SELECT 1 {_NEW})")
NEW_ONES: Final = text(
    "INSERT INTO segmentation_ours (customer_id, segments, hidden, fresh, later) "
    f"SELECT id, '{{}}', '{{}}', true, false {_NEW}"
)
"""Who has no state yet gets it with the first answer."""
LATER: Final = text(
    "SELECT customer_id, next_check_at, checked_at FROM segmentation_ours WHERE later"
)
ANALYZE_OURS: Final = text("ANALYZE segmentation_ours (customer_id)")
ANALYZE_FOUND: Final = text("ANALYZE segmentation_found (customer_id)")
"""Without figures the planner takes a new table for a small one."""
ANALYZE_WANTED: Final = text("ANALYZE segmentation_wanted (customer_id)")
EVALUATED: Final = text(
    """
    CREATE TEMPORARY TABLE segmentation_evaluated AS
    SELECT * FROM unnest(
        CAST(:segments AS uuid[]), CAST(:keys AS text[]), CAST(:causes AS text[]),
        CAST(:versions AS bigint[])
    ) e(segment_id, key, cause, version)
    """
)
WANTED: Final = text(
    """
    CREATE TEMPORARY TABLE segmentation_wanted AS
    SELECT customer_id, fresh, wanted, present, next_check_at, wanted <> present AS moves,
           CASE WHEN stood && CAST(:others AS text[]) THEN ARRAY(
               SELECT k FROM (SELECT unnest(segments) UNION ALL
                              SELECT k FROM unnest(stood) k WHERE k = ANY(CAST(:others AS text[]))
               ) x(k) ORDER BY k COLLATE "C"
           ) ELSE segments END AS segments,
           CASE WHEN stood_hidden && CAST(:others AS text[]) THEN ARRAY(
               SELECT k FROM (SELECT unnest(hidden) UNION ALL
                              SELECT k FROM unnest(stood_hidden) k
                              WHERE k = ANY(CAST(:others AS text[]))
               ) x(k) ORDER BY k COLLATE "C"
           ) ELSE hidden END AS hidden
    FROM (
        SELECT f.customer_id, o.fresh, f.segments, f.hidden,
               o.segments AS stood, o.hidden AS stood_hidden,
               f.segments || f.hidden AS wanted,
               CASE WHEN o.segments && CAST(:others AS text[])
                      OR o.hidden && CAST(:others AS text[])
                    THEN ARRAY(SELECT k FROM unnest(o.segments || o.hidden)
                               WITH ORDINALITY u(k, place)
                               WHERE k = ANY(CAST(:keys AS text[])) ORDER BY place)
                    ELSE o.segments || o.hidden END AS present,
               CASE WHEN :replace THEN f.next_check_at
                    ELSE least(o.next_check_at, f.next_check_at) END AS next_check_at,
               o.next_check_at AS before
        FROM segmentation_found f JOIN segmentation_ours o USING (customer_id)
        WHERE NOT o.later
        OFFSET 0
    ) c
    WHERE fresh OR wanted <> present OR next_check_at IS DISTINCT FROM before
    """
)
_MOVES: Final = """
    SELECT m.customer_id, e.segment_id, e.key, m.entered, e.cause, e.version
    FROM (
        SELECT customer_id, k, true AS entered FROM segmentation_wanted, unnest(wanted) k
        WHERE moves AND k <> ALL(present)
        UNION ALL
        SELECT customer_id, k, false FROM segmentation_wanted, unnest(present) k
        WHERE moves AND k <> ALL(wanted)
    ) m(customer_id, key, entered)
    JOIN segmentation_evaluated e ON e.key = m.key
"""
MOVES_SEEN: Final = text(f"CREATE TEMPORARY VIEW segmentation_moves AS {_MOVES}")
"""Nobody needs them written down; reading them again costs less."""
MOVES_KEPT: Final = text(f"CREATE TEMPORARY TABLE segmentation_moves AS {_MOVES}")
"""For a judge, who may change the causes."""
FORGET_SEEN: Final = text("DROP VIEW segmentation_moves")
FORGET_KEPT: Final = text("DROP TABLE segmentation_moves")
FORGET_ALL: Final = text(
    "DROP TABLE segmentation_ours, segmentation_found, segmentation_wanted, segmentation_evaluated"
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
_ENTER: Final = """
    INSERT INTO segmentation_memberships
        (segment_id, customer_id, entered_at, entered_cause, rule_version)
    SELECT segment_id, customer_id, CAST(:at AS timestamptz), cause, version
    FROM segmentation_moves WHERE entered
"""
ENTER: Final = text(_ENTER)
ENTER_IF_NOT_IN: Final = text(
    f"{_ENTER} ON CONFLICT (segment_id, customer_id) WHERE left_at IS NULL DO NOTHING"
)
"""Slower by half; for where states and stays had come to differ."""
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
    WITH new AS (
        INSERT INTO segmentation_states (customer_id, segments, hidden, next_check_at, checked_at)
        SELECT customer_id, segments, hidden, next_check_at, CAST(:at AS timestamptz)
        FROM segmentation_wanted WHERE fresh
    )
    UPDATE segmentation_states s SET
        segments = w.segments, hidden = w.hidden, next_check_at = w.next_check_at,
        checked_at = greatest(s.checked_at, CAST(:at AS timestamptz))
    FROM segmentation_wanted w WHERE s.customer_id = w.customer_id AND NOT w.fresh
    """
)
TOLD: Final = text(
    "SELECT key, entered, cause, customer_id FROM segmentation_moves "
    "WHERE key = ANY(CAST(:keys AS text[])) ORDER BY key, entered, cause, customer_id"
)
