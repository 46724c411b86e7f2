"""``guanxi scoring insights|insight|decide|preferences|prefers``: findings, and who says what."""

from typing import Any, Final
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Invalid, command_context, web
from guanxi_scoring.cli_output import (
    as_json,
    find_customer,
    in_words,
    say,
    say_rows,
    write_json,
    write_table,
)
from guanxi_scoring.mining import deciding, evidence, insights
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.models import Insight
from guanxi_scoring.schemas.mining import shown_insight, shown_preference, shown_tally
from guanxi_scoring.texts import N_


@click.command("insights")
@click.option("--state", type=click.Choice(insights.STATES), default=None)
@click.option("--kind", type=click.Choice(insights.KINDS), default=None)
@as_json
def insights_command(state: str | None, kind: str | None, *, as_json: bool) -> None:
    """List what mining put forward; `guanxi job run scoring mine` looks for more."""
    with command_context().database.read() as session:
        found = insights.list_insights(session, state=state or "", kind=kind or "")
        shown = [_shown(one) for one in found]
        tally = shown_tally(insights.tally(session))
    if as_json:
        write_json({"items": shown, **tally})
        return
    for one in shown:
        click.echo(f"{one['id']}  {one['state']:<10} {one['statement']}")
    if tally["share_confirmed"] is not None:
        click.echo(f"{tally['share_confirmed']:.0%} of those decided about were confirmed.")


@click.command("insight")
@click.argument("insight")
@as_json
def insight_command(insight: str, *, as_json: bool) -> None:
    """Show an insight with its figures and the customers behind it."""
    with command_context().database.read() as session:
        found = insights.get_insight(session, _id(insight))
        shown = _shown(found)
        customers = _customers(session, found)
    if as_json:
        write_json({**shown, "customers": customers})
        return
    click.echo(shown["statement"])
    write_table(("name", "value"), sorted(shown["evidence"].items()))
    for one in customers:
        click.echo(str(one))


@click.command("decide")
@click.argument("insight")
@click.argument("decision", type=click.Choice(insights.DECISIONS))
@click.option("--reason", required=True, help="Why.")
@as_json
def decide_command(insight: str, decision: str, reason: str, *, as_json: bool) -> None:
    """Confirm or reject an insight; what is rejected is never put forward again."""
    context = command_context()
    with context.write() as session:
        by = Decider(context.actor.name)
        found = insights.decide(session, _id(insight), decision, reason, by=by, now=web.utc_now())
        shown = _shown(found)
    say(shown, f"It is {decision}.", as_json=as_json)


@click.command("preferences")
@click.argument("customer")
@as_json
def preferences_command(customer: str, *, as_json: bool) -> None:
    """List what CUSTOMER seems to prefer; `guanxi job run scoring prefer` infers anew."""
    with command_context().database.read() as session:
        found = find_customer(session, customer)
        shown = [shown_preference(one) for one in deciding.preferences_of(session, found)]
    say_rows(shown, _preference, as_json=as_json)


@click.command("prefers")
@click.argument("customer")
@click.argument("dimension")
@click.argument("value")
@click.argument("decision", type=click.Choice(deciding.DECISIONS))
@click.option("--by", type=click.Choice(deciding.SAID_BY), default="staff", help="Who says so.")
@click.option("--reason", default="", help="Why.")
@as_json
def prefers_command(
    *,
    customer: str,
    dimension: str,
    value: str,
    decision: str,
    by: str,
    reason: str,
    as_json: bool,
) -> None:
    """Confirm that CUSTOMER prefers something, or reject it for good."""
    with command_context().write() as session:
        found = deciding.decide_preference(
            session,
            find_customer(session, customer),
            (dimension, value),
            decision,
            said_by=by,
            reason=reason,
            now=web.utc_now(),
        )
        shown = shown_preference(found)
    say(shown, _preference(shown), as_json=as_json)


COMMANDS: Final = (
    insights_command, insight_command, decide_command, preferences_command, prefers_command,
)  # fmt: skip


def _shown(one: Insight) -> dict[str, Any]:
    return shown_insight(one, everybody=True, statement=in_words(one.statement))


def _customers(session: Session, insight: Insight) -> list[UUID]:
    return list(
        session.scalars(
            select(Customer.id)
            .where(
                evidence.about(session, insight),
                Customer.merged_into.is_(None),
                Customer.erased_at.is_(None),
            )
            .order_by(Customer.id)
        )
    )


def _preference(one: dict[str, Any]) -> str:
    return (
        f"{one['dimension']:<10} {one['value']:<20} {one['evidence']} of {one['of']}, "
        f"usually {one['usual']:.0%}  {one['state']}"
    )


def _id(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        raise Invalid(N_("Write the id of an insight, as `insights` lists it.")) from None
