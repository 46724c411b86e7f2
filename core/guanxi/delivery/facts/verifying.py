"""Compare the facts with the touchpoints; ``guanxi doctor`` asks for it.

Works at any time, also while events wait to be delivered: what they will change is allowed for.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from guanxi.delivery.facts import counting, recount

LIMIT = 100
"""Differences reported per table."""

# Customers about to be merged, parted or erased in the facts are left out: their rows are about
# to be counted anew.
_IN_MOTION = """
    , motion(id) AS (
        SELECT m.id FROM undelivered e CROSS JOIN LATERAL (VALUES
            (e.customer_id), (CAST(e.payload ->> 'merged_id' AS uuid))
        ) m(id) WHERE e.kind IN ('CustomersMerged', 'CustomerErased') AND m.id IS NOT NULL
    ),
    moving(id) AS (
        SELECT id FROM motion
        UNION SELECT f.root FROM motion JOIN family f USING (id)
        UNION SELECT f.id FROM motion m
              JOIN family o ON o.id = m.id JOIN family f ON f.root = o.root
    )
"""
_NOT_MOVING = "NOT IN (SELECT id FROM moving)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the facts that is not what the touchpoints say; None where there is no row."""

    table: str
    key: tuple[Any, ...]
    stored: dict[str, Any] | None
    expected: dict[str, Any] | None


def verify_facts(session: Session) -> list[Difference]:
    """Return where facts and touchpoints differ, at most :data:`LIMIT` rows per table."""
    return [
        *_compare(session, "customer_activity", _ACTIVITY, 1),
        *_compare(session, "customer_trade", _TRADE, 2),
        *_compare(session, "touchpoint_days", _DAYS, 5),
    ]


def _compare(session: Session, table: str, statement: TextClause, keys: int) -> list[Difference]:
    parameters = {**recount.EVERYONE, "most": LIMIT}
    return [
        Difference(table, tuple(row[:keys]), row.stored, row.expected)
        for row in session.execute(statement, parameters)
    ]


def _differences(
    counted: str, table: str, keys: tuple[str, ...], sums: tuple[str, ...], spans: tuple[str, ...]
) -> TextClause:
    """Return the statement that compares ``table`` with what is counted.

    ``spans`` are compared only where nothing is pending, for they run ahead of the log.
    """
    of_customers = bool(spans)
    differs = " OR ".join(f"s.{name} IS DISTINCT FROM c.{name}" for name in sums)
    if spans:
        ahead = " OR ".join(f"s.{name} IS DISTINCT FROM c.{name}" for name in spans)
        differs += f" OR (c.settled AND ({ahead}))"
    values = ", ".join(f"'{name}', {{0}}.{name}" for name in (*sums, *spans))
    either = [f"coalesce(s.{key}, c.{key})" for key in keys]
    at_rest = f"{either[0]} {_NOT_MOVING}" if of_customers else "true"
    return text(
        f"""
        {counted} {_IN_MOTION if of_customers else ""}
        SELECT {", ".join(either)},
               CASE WHEN s.{keys[0]} IS NOT NULL
                    THEN jsonb_build_object({values.format("s")}) END AS stored,
               CASE WHEN c.{keys[0]} IS NOT NULL
                    THEN jsonb_build_object({values.format("c")}) END AS expected
        FROM {table} s FULL JOIN counted c USING ({", ".join(keys)})
        WHERE ({differs}) AND {at_rest} ORDER BY {", ".join(either)} LIMIT :most
        """  # noqa: S608 -- names of this file
    )


_ACTIVITY = _differences(
    counting.ACTIVITY,
    "customer_activity",
    ("customer_id",),
    ("touchpoints",),
    ("first_at", "last_at", "last_inbound_at", "last_outbound_at"),
)
_TRADE = _differences(
    counting.TRADE,
    "customer_trade",
    ("customer_id", "currency"),
    ("purchases", "returns", "revenue"),
    ("first_purchase_at", "last_purchase_at"),
)
_DAYS = _differences(
    counting.DAYS,
    "touchpoint_days",
    ("day", "channel", "kind", "currency", "known"),
    ("count", "amount"),
    (),
)
