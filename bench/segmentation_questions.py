"""Fifty questions about customers, as rules of segmentation and as SQL written by hand."""

from collections.abc import Iterator
from typing import Any

_WINDOWS = (30, 60, 90, 180, 365)

Question = tuple[dict[str, Any], str]
"""A node of a rule, and the condition by hand over ``c`` (customers) and ``t`` (the sums)."""


def _count(kind: str, days: int | None, at_least: int) -> Question:
    node = {
        "touchpoints": {"kind": [kind]},
        "measure": "count",
        "is": "gte",
        "value": at_least,
    }
    if days:
        node["window"] = {"last": f"P{days}D"}
    return node, f"coalesce(t.{kind}_{days or 'all'}, 0) >= {at_least}"


def _money(measure: str, days: int | None, op: str, value: int) -> Question:
    node = {
        "touchpoints": {"kind": ["purchase"]},
        "measure": measure,
        "currency": "GBP",
        "is": "gte" if op == ">=" else "lt",
        "value": value,
        "missing": False,
    }
    if days:
        node["window"] = {"last": f"P{days}D"}
    return node, f"coalesce(t.{measure}_{days or 'all'} {op} {value}, false)"


def _quiet(kind: str, days: int) -> Question:
    node = {
        "touchpoints": {"kind": [kind]},
        "measure": "last",
        "is": "older_than",
        "value": f"P{days}D",
        "missing": False,
    }
    return node, f"coalesce(t.last_{kind} < :now - interval '{days} days', false)"


def _country(*codes: str) -> Question:
    node = {"attribute": "customers.country", "is": "in", "value": list(codes), "missing": False}
    return node, f"coalesce(c.country IN ({', '.join(map(repr, codes))}), false)"


def _city(name: str) -> Question:
    node = {"attribute": "customers.city", "is": "eq", "value": name, "missing": False}
    return node, f"coalesce(c.city = '{name}', false)"


def _tag(name: str) -> Question:
    node = {"attribute": "customers.tags", "is": "has", "value": name, "missing": False}
    return node, f"coalesce(c.tags @> ARRAY['{name}'], false)"


def _language(code: str) -> Question:
    node = {"attribute": "customers.language", "is": "eq", "value": code, "missing": False}
    return node, f"coalesce(c.language = '{code}', false)"


def _all(*questions: Question) -> Question:
    nodes, conditions = zip(*questions, strict=True)
    return {"op": "and", "args": list(nodes)}, " AND ".join(f"({one})" for one in conditions)


def _any(*questions: Question) -> Question:
    nodes, conditions = zip(*questions, strict=True)
    return {"op": "or", "args": list(nodes)}, " OR ".join(f"({one})" for one in conditions)


def _not(question: Question) -> Question:
    return {"op": "not", "args": [question[0]]}, f"NOT ({question[1]})"


def _questions() -> Iterator[Question]:
    for days in _WINDOWS:
        yield _count("purchase", days, 1 if days < 60 else 2)
        yield _all(_count("purchase", days, 1), _country("CN"))
        yield _all(_not(_count("purchase", days, 1)), _count("purchase", None, 2))
    for days in (90, 365, None):
        yield _money("sum", days, ">=", 500)
        yield _all(_money("sum", days, ">=", 200), _country("GB", "DE"))
        yield _all(_money("sum", days, "<", 100), _language("en"))
    yield _money("avg", None, ">=", 300)
    yield _money("max", None, ">=", 450)
    yield _all(_money("avg", None, ">=", 250), _city("上海"))
    yield _all(_money("max", None, "<", 200), _count("purchase", None, 1))
    for kind in ("call", "message", "visit"):
        yield _count(kind, 180, 1)
        yield _quiet(kind, 365)
    yield _quiet("purchase", 90)
    yield _all(_quiet("purchase", 180), _count("purchase", None, 5))
    for city in ("上海", "北京", "London", "Paris"):
        yield _all(_city(city), _count("purchase", 365, 1))
    for tag in ("vip", "wholesale"):
        yield _tag(tag)
        yield _all(_tag(tag), _money("sum", 365, ">=", 300))
    yield _any(_tag("vip"), _money("sum", None, ">=", 2000))
    yield _all(_country("FR"), _not(_language("zh")), _count("message", 180, 2))
    yield _all(_count("call", 180, 1), _not(_count("purchase", 180, 1)))
    yield _any(
        _all(_country("US"), _tag("newsletter")), _all(_city("Boston"), _count("visit", 180, 1))
    )


_FOUND = list(_questions())
_LEVEL_ONE: list[tuple[dict[str, Any], str]] = [
    (
        {
            "op": "and",
            "args": [{"segment": "q02", "is": "member"}, {"segment": "q20", "is": "not_member"}],
        },
        "'q02' = ANY(keys) AND NOT 'q20' = ANY(keys)",
    ),
    (
        {
            "op": "or",
            "args": [{"segment": "q10", "is": "member"}, {"segment": "q30", "is": "member"}],
        },
        "'q10' = ANY(keys) OR 'q30' = ANY(keys)",
    ),
]
RULES: dict[str, dict[str, Any]] = {
    f"q{n:02}": {"v": 1, "where": node}
    for n, (node, _condition) in enumerate([*_FOUND, *_LEVEL_ONE])
}

_COUNTED = "count(*) FILTER (WHERE kind = '{kind}' AND occurred_at < :now{since}) AS {kind}_{days}"
_SUMMED = (
    "{measure}(amount) FILTER (WHERE kind = 'purchase' AND currency = 'GBP'"
    " AND occurred_at < :now{since}) AS {measure}_{days}"
)


def _since(days: int | None) -> str:
    return f" AND occurred_at >= :now - interval '{days} days'" if days else ""


def _columns() -> Iterator[str]:
    for kind, windows in (
        ("purchase", (*_WINDOWS, None)),
        ("call", (180,)),
        ("message", (180,)),
        ("visit", (180,)),
    ):
        for days in windows:
            yield _COUNTED.format(kind=kind, since=_since(days), days=days or "all")
        yield (
            f"max(occurred_at) FILTER (WHERE kind = '{kind}' AND occurred_at < :now) AS last_{kind}"
        )
    for measure, windows in (("sum", (90, 365, None)), ("avg", (None,)), ("max", (None,))):
        for days in windows:
            yield _SUMMED.format(measure=measure, since=_since(days), days=days or "all")


def _keys(questions: list[Question], start: int = 0) -> str:
    cases = (
        f"CASE WHEN {sql} THEN 'q{n + start:02}' END" for n, (_node, sql) in enumerate(questions)
    )
    return f"array_remove(ARRAY[{', '.join(cases)}], NULL)"


PEER_TABLES = (
    """
    CREATE TABLE peer_memberships (
        id bigint GENERATED ALWAYS AS IDENTITY, segment text, customer_id uuid,
        entered_at timestamptz, entered_cause text, left_at timestamptz, left_cause text,
        rule_version int
    )
    """,
    "CREATE TABLE peer_states (customer_id uuid PRIMARY KEY, segments text[])",
    "ALTER TABLE peer_memberships ADD PRIMARY KEY (id)",
    "CREATE UNIQUE INDEX ON peer_memberships (segment, customer_id) WHERE left_at IS NULL",
    "CREATE INDEX ON peer_memberships (customer_id, segment)",
    "CREATE INDEX ON peer_states USING gin (segments)",
)


def _answers(touchpoints: str, customers: str) -> str:
    return f"""
    t AS (
        SELECT customer_id, {", ".join(_columns())}
        FROM touchpoints WHERE state = 'recorded' AND {touchpoints} GROUP BY customer_id
    ), first AS (
        SELECT c.id, {_keys(_FOUND)} AS keys
        FROM customers c LEFT JOIN t ON t.customer_id = c.id
        WHERE c.merged_into IS NULL AND c.erased_at IS NULL AND {customers}
    ), found AS (
        SELECT id, keys || {_keys(_LEVEL_ONE, len(_FOUND))} AS keys FROM first
    )"""  # noqa: S608 -- parts of this file


PEER_QUESTIONS = f"""
    WITH {_answers("customer_id IS NOT NULL", "true")}, states AS (
        INSERT INTO peer_states SELECT id, keys FROM found
    )
    INSERT INTO peer_memberships (segment, customer_id, entered_at, entered_cause, rule_version)
    SELECT key, id, :now, 'built', 1 FROM found CROSS JOIN LATERAL unnest(keys) key
"""  # noqa: S608 -- parts of this file
PEER_WHO = """
    CREATE TEMPORARY TABLE peer_who AS SELECT DISTINCT customer_id FROM events
    WHERE kind = 'TouchpointRecorded' AND customer_id IS NOT NULL
"""
"""Of whom the log tells; then the same questions about them alone, and what differs is written.
Nobody is told, and nobody finds out when to look again."""
_AGAIN = _answers(
    "customer_id IN (SELECT customer_id FROM peer_who)",
    "c.id IN (SELECT customer_id FROM peer_who)",
)
PEER_AGAIN = (
    PEER_WHO,
    "ANALYZE peer_who",
    f"""
    CREATE TEMPORARY TABLE peer_differs AS WITH {_AGAIN}
    SELECT id, found.keys, s.segments FROM found
    JOIN peer_states s ON s.customer_id = id WHERE s.segments <> found.keys
    """,  # noqa: S608 -- parts of this file
    "ANALYZE peer_differs",
    """
    UPDATE peer_memberships m SET left_at = :now, left_cause = 'changed' FROM (
        SELECT id, key FROM peer_differs, unnest(segments) key WHERE key <> ALL(keys)
    ) gone WHERE m.customer_id = gone.id AND m.segment = gone.key AND m.left_at IS NULL
    """,
    """
    INSERT INTO peer_memberships (segment, customer_id, entered_at, entered_cause, rule_version)
    SELECT key, id, :now, 'changed', 1 FROM peer_differs, unnest(keys) key
    WHERE key <> ALL(segments)
    """,
    """
    UPDATE peer_states s SET segments = d.keys FROM peer_differs d WHERE s.customer_id = d.id
    """,
)
PEER_INDEXES: tuple[str, ...] = ("ANALYZE peer_memberships",)
