"""The tables that expressions read, as each engine has them: touchpoints, and lines of receipts.

In PostgreSQL they are the CRM's own. In the lake there are the same columns of the touchpoints
that count: recorded, of a customer who is there; a line carries what it needs of its touchpoint.
"""

from typing import Any, Final, NamedTuple

TOUCHPOINTS: Final = {
    "customer_id": "uuid",
    "occurred_at": "timestamp('UTC', 6)",
    "kind": "string",
    "channel": "string",
    "direction": "string",
    "outcome": "string",
    "amount": "decimal(18, 4)",
    "currency": "string",
    "state": "string",
}
LINES: Final = {
    "customer_id": "uuid",
    "occurred_at": "timestamp('UTC', 6)",
    "kind": "string",
    "product": "string",
    "quantity": "decimal(18, 4)",
    "unit_price": "decimal(18, 4)",
    "currency": "string",
}


class Tables(NamedTuple):
    """What expressions begin with, as Ibis tables."""

    touchpoints: Any
    lines: Any


def of_postgres() -> Tables:
    """Return the CRM's own tables, without customers who were merged away or erased."""
    import ibis  # noqa: PLC0415 -- heavy

    own = {"id": "uuid", **TOUCHPOINTS}
    touchpoints = ibis.table(own, name="touchpoints")
    customers = ibis.table(
        {"id": "uuid", "merged_into": "uuid", "erased_at": "timestamp('UTC', 6)"}, name="customers"
    )
    gone = customers.filter(customers.merged_into.notnull() | customers.erased_at.notnull())
    living = touchpoints.anti_join(gone, touchpoints.customer_id == gone.id)
    written = ibis.table(
        {
            "touchpoint_id": "uuid",
            "product": "string",
            "quantity": "decimal(18, 4)",
            "unit_price": "decimal(18, 4)",
        },
        name="touchpoint_lines",
    )
    trade = living.filter(living.state == "recorded", living.customer_id.notnull())
    joined = written.join(trade, written.touchpoint_id == trade.id)
    return Tables(living.select(*TOUCHPOINTS), joined.select(*LINES))


def of_lake(key: str = "uuid") -> Tables:
    """Return the tables of the lake; ``key`` is the type that the engine reads ids as."""
    import ibis  # noqa: PLC0415 -- heavy

    plain = {"customer_id": key, "occurred_at": "timestamp(6)"}
    return Tables(
        ibis.table({**TOUCHPOINTS, **plain}, name="touchpoints"),
        ibis.table({**LINES, **plain}, name="lines"),
    )
