"""Commands about how points and codes come about: rules, a member's tier, codes in bulk."""

from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from guanxi.sdk import NotFound, command_context, web
from guanxi_loyalty import vouchers
from guanxi_loyalty.cli_options import as_json_option, programme_option, write_json
from guanxi_loyalty.models import EarningRule
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import N_
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.standing import tier_of


@click.command("rules")
@programme_option
@as_json_option
def rules_command(programme: str, *, as_json: bool) -> None:
    """List the earning rules in the order in which they are asked."""
    with command_context().database.read() as session:
        wanted = select(EarningRule).where(
            EarningRule.programme_id == find_programme(session, programme).id
        )
        ordered = wanted.order_by(EarningRule.priority, EarningRule.key)
        names = ("key", "title_en", "title_zh", "trigger", "state", "priority", "definition")
        found = [{name: getattr(rule, name) for name in names} for rule in session.scalars(ordered)]
    if as_json:
        write_json(found)
        return
    for one in found:
        click.echo("{priority:>5} {key:<20} {state:<8} {trigger:<12} {title_en}".format(**one))


@click.command("tier")
@click.argument("customer", type=click.UUID)
@programme_option
@as_json_option
def tier_command(customer: UUID, programme: str, *, as_json: bool) -> None:
    """Show in which tier a member is, and since when."""
    with command_context().database.read() as session:
        book = tiers_of(session, find_programme(session, programme))
        if book is None:
            raise NotFound(N_("The programme has no tiers."))
        tier, since = tier_of(session, book, customer, now=web.utc_now())
    if as_json:
        write_json({"tier": tier, "since": since})
        return
    click.echo(f"{tier} since {since:%Y-%m-%d}" if since else tier)


@click.command("codes")
@click.argument("code_set", metavar="SET")
@click.option("--count", type=int, required=True, help="How many.")
@click.option("--length", type=int, default=16, show_default=True, help="Characters of each.")
@programme_option
def codes_command(code_set: str, *, count: int, length: int, programme: str) -> None:
    """Make codes in bulk and write them, one a line; they are shown this once."""
    made: Any
    with command_context().write() as session:
        found = vouchers.find_set(session, find_programme(session, programme), code_set)
        made = vouchers.make_bulk(session, found, count, length=length, now=web.utc_now())
    for one in made:
        click.echo(one.code)


COMMANDS = (rules_command, tier_command, codes_command)
