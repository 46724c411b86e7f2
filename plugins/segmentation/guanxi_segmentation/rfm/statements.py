"""The SQL of RFM: what customers ordered, scored by break points, stored where it differs.

Orders are recorded purchases in the company's currency; money is net of returns. An instant
counts if it lies in ``[since, as_of)``. Recency is in whole days of the company's zone.
All values are bound; the parts put together here are constants of this file.
"""

from typing import Final

from sqlalchemy import text

NOW: Final = "segmentation_rfm_now"
"""The temporary table of everybody's inputs, gone at the commit."""

_ORDERED: Final = """
    SELECT customer_id,
           CAST(max(occurred_at) FILTER (WHERE kind = 'purchase') AT TIME ZONE :zone AS date)
               AS last_on,
           CAST(count(*) FILTER (WHERE kind = 'purchase') AS integer) AS frequency,
           coalesce(sum(amount), 0) AS monetary
    FROM touchpoints
    WHERE state = 'recorded' AND kind IN ('purchase', 'return') AND currency = :currency
      AND occurred_at < :as_of AND occurred_at >= :since
      AND {whom}
    GROUP BY customer_id
    HAVING count(*) FILTER (WHERE kind = 'purchase') > 0
"""
_LIVING: Final = "c.merged_into IS NULL AND c.erased_at IS NULL"
_INPUTS: Final = """
    SELECT o.customer_id, o.last_on, o.frequency, CAST(o.monetary AS numeric(18, 4)) AS monetary
    FROM ({ordered}) o JOIN customers c ON c.id = o.customer_id AND {living}
"""
_INPUTS_OF_ALL: Final = """
    SELECT c.id AS customer_id, o.last_on, coalesce(o.frequency, 0) AS frequency,
           CAST(coalesce(o.monetary, 0) AS numeric(18, 4)) AS monetary
    FROM customers c LEFT JOIN ({ordered}) o ON o.customer_id = c.id
    WHERE {living} AND {which}
"""
_FEW: Final = "customer_id = ANY(CAST(:ids AS uuid[]))"
_KNOWN: Final = "customer_id IS NOT NULL"

_OVER: Final = "CAST({what} {over} :{p}{letter}{place} AS integer)"
_SCORES: Final = """
    SELECT i.customer_id, i.last_on, i.frequency, i.monetary,
        CAST(CASE WHEN i.last_on IS NULL THEN 1 ELSE 5 - {days} END AS smallint) AS r,
        CAST(1 + {orders} AS smallint) AS f, CAST(1 + {money} AS smallint) AS m
    FROM ({inputs}) i
"""
_BY_SCORE: Final = (
    "1 + 4 * CAST(m >= :{p}high AS integer) + 2 * CAST(f >= :{p}high AS integer)"
    " + CAST(r >= :{p}high AS integer)"
)
_BY_VALUE: Final = (
    "1 + 4 * CAST(monetary >= :{p}amount AS integer)"
    " + 2 * CAST(frequency >= :{p}orders AS integer)"
    " + CAST(coalesce(:today - last_on <= :{p}days, false) AS integer)"
)
_NAMED: Final = """
    SELECT customer_id, last_on, frequency, monetary, r, f, m,
           (CAST(:{p}segments AS text[]))[25 * (r - 1) + 5 * (f - 1) + m] AS segment,
           (CAST(:{p}eights AS text[]))[{eight}] AS eight,
           CAST(:{p}cut AS integer) AS cut
    FROM ({scores}) scored
"""
_COLUMNS: Final = "customer_id, last_on, frequency, monetary, r, f, m, segment, eight, cut"
_SET: Final = ", ".join(
    f"{name} = n.{name}" for name in _COLUMNS.split(", ") if name != "customer_id"
)
_VALUES: Final = (
    "({t}.last_on, {t}.frequency, {t}.monetary, {t}.r, {t}.f, {t}.m, {t}.cut,"
    " {t}.segment, {t}.eight)"
)


def inputs(*, few: bool, everybody: bool) -> str:
    """Return the select of what customers ordered.

    :param few: only of the customers ``:ids``.
    :param everybody: also of those who never ordered.
    """
    ordered = _ORDERED.format(whom=_FEW if few else _KNOWN)
    if not everybody:
        return _INPUTS.format(ordered=ordered, living=_LIVING)
    which = "c.id = ANY(CAST(:ids AS uuid[]))" if few else "true"
    return _INPUTS_OF_ALL.format(ordered=ordered, living=_LIVING, which=which)


def named(inputs_sql: str, *, fixed: bool, by_values: bool, prefix: str = "") -> str:
    """Return the select of inputs with scores and classes.

    :param fixed: fixed thresholds, ``(min, max]``; else quantiles, ``[min, max)``.
    :param prefix: of the names of the parameters, where two cuts meet in one statement.
    """
    over = ">" if fixed else ">="
    scores = _SCORES.format(
        inputs=inputs_sql,
        days=_passed(":today - i.last_on", "r", over, prefix, " - "),
        orders=_passed("i.frequency", "f", over, prefix, " + "),
        money=_passed("i.monetary", "m", over, prefix, " + "),
    )
    eight = (_BY_VALUE if by_values else _BY_SCORE).format(p=prefix)
    return _NAMED.format(scores=scores, eight=eight, p=prefix)


def _passed(what: str, letter: str, over: str, prefix: str, joined: str) -> str:
    """Return how many of the four break points a value has passed, as terms of a sum."""
    return joined.join(
        _OVER.format(what=what, over=over, p=prefix, letter=letter, place=place)
        for place in range(1, 5)
    )


def store_few(named_sql: str) -> str:
    """Return one statement that makes the stored scores of ``:ids`` those of the select.

    It returns how many rows it wrote.
    """
    new, old = _VALUES.format(t="excluded"), _VALUES.format(t="s")
    update = _SET.replace("n.", "excluded.")
    return f"""
        WITH n AS ({named_sql}), gone AS (
            DELETE FROM segmentation_rfm
            WHERE {_FEW} AND customer_id NOT IN (SELECT customer_id FROM n) RETURNING 1
        ), stored AS (
            INSERT INTO segmentation_rfm AS s ({_COLUMNS}) SELECT {_COLUMNS} FROM n
            ORDER BY customer_id
            ON CONFLICT (customer_id) DO UPDATE SET {update} WHERE {old} IS DISTINCT FROM {new}
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM stored)
    """  # noqa: S608 -- parts of this file


def gather(inputs_sql: str) -> str:
    """Return the statement that keeps everybody's inputs in a temporary table."""
    return f"CREATE TEMPORARY TABLE {NOW} ON COMMIT DROP AS {inputs_sql}"


def store_all(named_sql: str) -> tuple[str, str]:
    """Return the statements that change the scores that differ, and add those that are new."""
    new, old = _VALUES.format(t="n"), _VALUES.format(t="s")
    change = f"""
        UPDATE segmentation_rfm s SET {_SET} FROM ({named_sql}) n
        WHERE s.customer_id = n.customer_id AND {old} IS DISTINCT FROM {new}
    """  # noqa: S608 -- as above
    add = f"""
        INSERT INTO segmentation_rfm ({_COLUMNS}) SELECT {_COLUMNS} FROM ({named_sql}) n
        WHERE NOT EXISTS (SELECT 1 FROM segmentation_rfm s WHERE s.customer_id = n.customer_id)
    """  # noqa: S608 -- as above
    return change, add


def moves(before_sql: str, after_sql: str) -> str:
    """Return the select of how many went from which segment to which."""
    return f"""
        SELECT b.segment AS before, a.segment AS after, count(*) AS customers
        FROM ({before_sql}) b FULL JOIN ({after_sql}) a ON a.customer_id = b.customer_id
        GROUP BY 1, 2 ORDER BY 1, 2
    """  # noqa: S608 -- as above


DROP_NOW: Final = text(f"DROP TABLE IF EXISTS {NOW}")
FROM_NOW: Final = f"SELECT * FROM {NOW}"  # noqa: S608 -- a constant
ORDERING_NOW: Final = f"SELECT * FROM {NOW} WHERE frequency > 0"  # noqa: S608 -- as above
IS_EMPTY: Final = text("SELECT NOT EXISTS (SELECT 1 FROM segmentation_rfm)")
FORGET_GONE: Final = text(
    f"DELETE FROM segmentation_rfm s WHERE NOT EXISTS"  # noqa: S608 -- as above
    f" (SELECT 1 FROM {NOW} n WHERE n.customer_id = s.customer_id)"
)
ANALYZE_NOW: Final = text(f"ANALYZE {NOW}")
ROOM: Final = text("SELECT set_config('work_mem', :size, true)")
COUNT_ORDERING: Final = text(
    f"SELECT count(*) FROM {NOW} WHERE frequency > 0"  # noqa: S608 -- as above
)
QUANTILES: Final = text(
    f"""
    SELECT percentile_disc(CAST(:at AS double precision[]))
               WITHIN GROUP (ORDER BY :today - last_on) AS r,
           percentile_disc(CAST(:at AS double precision[]))
               WITHIN GROUP (ORDER BY frequency) AS f,
           percentile_disc(CAST(:at AS double precision[]))
               WITHIN GROUP (ORDER BY monetary) AS m
    FROM {NOW} WHERE frequency > 0
    """  # noqa: S608 -- as above
)
