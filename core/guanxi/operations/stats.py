"""The installation in figures, for ``guanxi stats`` and for whoever compares two installations."""

from datetime import datetime
from typing import Any

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.delivery.overview import backlogs

_CUSTOMERS = text(
    """
    SELECT count(*) FILTER (WHERE merged_into IS NULL AND erased_at IS NULL) AS customers,
           count(*) FILTER (WHERE merged_into IS NOT NULL) AS merged,
           count(*) FILTER (WHERE erased_at IS NOT NULL) AS erased FROM customers
    """
)
_TOUCHPOINTS = text(
    """
    SELECT kind, currency, count(*) AS number, sum(amount) AS amount,
           count(*) FILTER (WHERE customer_id IS NULL) AS unassigned
    FROM touchpoints WHERE state = 'recorded' GROUP BY kind, currency ORDER BY kind, currency
    """
)
_LINES = text("SELECT count(*) FROM touchpoint_lines")
_VOIDED = text("SELECT count(*) FROM touchpoints WHERE state = 'voided'")
_REWARDS = text("SELECT state, count(*) AS number FROM rewards GROUP BY state ORDER BY state")
_EVENTS = text("SELECT kind, count(*) AS number FROM events GROUP BY kind ORDER BY kind")


def stats(session: Session, *, now: datetime) -> dict[str, Any]:
    """Count customers, touchpoints by kind with sums by currency, rewards, events, backlog."""
    return {
        "customers": dict(session.execute(_CUSTOMERS).mappings().one()),
        "touchpoints": _touchpoints(session),
        "touchpoint_lines": session.execute(_LINES).scalar_one(),
        "touchpoints_voided": session.execute(_VOIDED).scalar_one(),
        "rewards": {row.state: row.number for row in session.execute(_REWARDS)},
        "events": {row.kind: row.number for row in session.execute(_EVENTS)},
        "backlog": {name: b.events for name, b in backlogs(session, now=now).items()},
    }


def _touchpoints(session: Session) -> dict[str, Any]:
    kinds: dict[str, Any] = {}
    for row in session.execute(_TOUCHPOINTS):
        kind = kinds.setdefault(row.kind, {"count": 0, "unassigned": 0, "amount": {}})
        kind["count"] += row.number
        kind["unassigned"] += row.unassigned
        if row.currency is not None:
            kind["amount"][row.currency] = str(row.amount)
    return kinds


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@pass_context
def stats_command(context: CommandContext, *, as_json: bool) -> None:
    """Show how much there is of what."""
    with context.database.read() as session:
        figures = stats(session, now=utc_now())
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        click.echo(f"{name}: {value}")
