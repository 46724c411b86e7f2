"""``guanxi loyalty ...``: programmes, balances, statements, the check; each with ``--json``."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import click

from guanxi.sdk import command_context, web, write_context
from guanxi_loyalty import checking
from guanxi_loyalty.cli_options import (
    ISO,
    as_json_option,
    aware,
    programme_option,
    unit_option,
    write_json,
)
from guanxi_loyalty.ledger import load_unit, units_of
from guanxi_loyalty.ledger.reading import balance_at, standing, statement
from guanxi_loyalty.policies import read_policies
from guanxi_loyalty.programmes import ProgrammeDraft, create_programme, find_programme, set_state


@click.command("programmes")
@as_json_option
def programmes_command(*, as_json: bool) -> None:
    """List the programmes and their units."""
    with command_context().database.read() as session:
        found = [
            {
                "programme": unit.programme,
                "unit": unit.key,
                "kind": unit.kind,
                "currency": unit.currency,
                "time_zone": str(unit.zone),
                "policies": asdict(unit.policies),
            }
            for unit in units_of(session)
        ]
    if as_json:
        write_json(found)
        return
    for one in found:
        click.echo("{programme:<20} {unit:<12} {kind:<10} {currency} {time_zone}".format(**one))


@click.command("create")
@click.argument("key")
@click.option("--title-en", required=True)
@click.option("--title-zh", default="")
@click.option("--currency", required=True, help="Three letters, such as CNY.")
@click.option("--time-zone", required=True, help="Such as Asia/Shanghai.")
@click.option("--policies", type=click.File("r"), help="A file with policies as JSON.")
def create_command(
    key: str, *, title_en: str, title_zh: str, currency: str, time_zone: str, policies: Any
) -> None:
    """Make a programme with points to spend and points for tiers."""
    stored = json.load(policies) if policies else {}
    draft = ProgrammeDraft(
        key, title_en, title_zh, currency, time_zone, policies=read_policies(stored)
    )
    with command_context().write() as session:
        context = write_context(session)
        create_programme(session, draft, now=web.utc_now(), by=context.actor.name)
    click.echo(f"Made {key}.")


@click.command("balance")
@click.argument("customer", type=click.UUID)
@programme_option
@unit_option
@click.option("--at", type=ISO, help="As of a past instant; without an offset in UTC.")
@as_json_option
def balance_command(
    customer: UUID, programme: str, unit: str, at: datetime | None, *, as_json: bool
) -> None:
    """Show what a member has, now or at a past instant."""
    shown: dict[str, Any]
    with command_context().database.read() as session:
        facts = load_unit(session, programme, unit)
        if at is not None:
            shown = {"balance": balance_at(session, facts, customer, aware(at))}
        else:
            shown = asdict(standing(session, facts, customer, now=web.utc_now()))
    if as_json:
        write_json(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name:<10} {value if value is not None else '-'}")


@click.command("history")
@click.argument("customer", type=click.UUID)
@programme_option
@unit_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@as_json_option
def history_command(
    customer: UUID, programme: str, unit: str, limit: int, *, as_json: bool
) -> None:
    """Show what moved a member's balance, the latest first."""
    with command_context().database.read() as session:
        facts = load_unit(session, programme, unit)
        lines = [asdict(one) for one in statement(session, facts, customer, limit=limit)]
    if as_json:
        write_json(lines)
        return
    for line in lines:
        click.echo("{at:%Y-%m-%d %H:%M} {kind:<9} {change:>+10} {source}".format(**line))


@click.command("verify")
@as_json_option
@click.pass_context
def verify_command(context: click.Context, *, as_json: bool) -> None:
    """Recompute ledgers, gift cards and tiers; ends with 1 where anything does not fit.

    Then the programme takes no more commands, and the admins get an alarm.
    """
    with command_context().database.read() as session:
        checked = checking.inspect(session, now=web.utc_now())
    found = {one.name: [asdict(it) for it in one.mismatches] for one in checked}
    if any(found.values()):
        with command_context().write() as session:
            by = write_context(session).actor.name
            checking.follow_up(session, checked, now=web.utc_now(), by=by)
    if as_json:
        write_json(found)
    for name, mismatches in found.items() if not as_json else ():
        click.echo(f"{name}: {'all fits' if not mismatches else ''}")
        for one in mismatches:
            click.echo(f"  {one['what']}: {', '.join(map(str, one['ids']))}")
    if any(found.values()):
        context.exit(1)


@click.command("state")
@click.argument("programme")
@click.argument("state", type=click.Choice(["active", "paused", "read_only"]))
@click.option("--reason", default="", help="Why; shown to whoever is refused.")
def state_command(programme: str, state: str, reason: str) -> None:
    """Pause a programme, make it read-only, or let it take commands again."""
    with command_context().write() as session:
        context = write_context(session)
        set_state(
            session,
            find_programme(session, programme),
            state,
            reason or None,
            now=web.utc_now(),
            by=context.actor.name,
        )
    click.echo(f"{programme} is {state}.")


COMMANDS = (
    programmes_command,
    create_command,
    balance_command,
    history_command,
    verify_command,
    state_command,
)
