"""``guanxi scoring next|offer|offers|marks|mark|unmark``: what to offer whom."""

from typing import Any, Final

import click

from guanxi.sdk import NotFound, command_context, web
from guanxi_scoring.cli_output import as_json, find_customer, say, say_rows, write_json, write_table
from guanxi_scoring.products import offers, rules, standing
from guanxi_scoring.schemas.products import (
    shown_conversion,
    shown_mark,
    shown_next,
    shown_offer,
)
from guanxi_scoring.texts import N_


@click.command("next")
@click.argument("customer")
@as_json
def next_command(customer: str, *, as_json: bool) -> None:
    """Show what to offer CUSTOMER next, with why."""
    with command_context().database.read() as session:
        found = find_customer(session, customer)
        products = standing.next_products(session, found, web.utc_now())
        names = standing.descriptions(session, [one.product for one in products])
        shown = shown_next(found, products, names)
    if as_json:
        write_json(shown)
        return
    if not shown["products"]:
        click.echo("Nothing: fit the model next_product first.")
    for one in shown["products"]:
        why = f"bought {', '.join(one['because'])}" if one["because"] else one["source"]
        click.echo(f"{one['rank']}  {one['product']:<20} {one['description']}  ({why})")


@click.command("offer")
@click.argument("customer")
@click.argument("product")
@as_json
def offer_command(customer: str, product: str, *, as_json: bool) -> None:
    """Note that PRODUCT is offered to CUSTOMER; says if they are held back to compare."""
    with command_context().write() as session:
        found = find_customer(session, customer)
        shown = shown_offer(offers.offer(session, found, product, now=web.utc_now()))
    held = "Held back: do not offer it, the customer is in the group to compare with."
    say(shown, held if shown["arm"] == "control" else "Noted: offer it.", as_json=as_json)


@click.command("offers")
@as_json
def offers_command(*, as_json: bool) -> None:
    """Show what came of offers, against customers who were held back."""
    with command_context().database.read() as session:
        shown = shown_conversion(offers.conversion(session, web.utc_now()))
    if as_json:
        write_json(shown)
    else:
        write_table(("name", "value"), shown.items())


@click.command("marks")
@as_json
def marks_command(*, as_json: bool) -> None:
    """List what was said of products."""
    with command_context().database.read() as session:
        found = [shown_mark(one) for one in rules.rules(session)]
    say_rows(found, _line, as_json=as_json)


@click.command("mark")
@click.argument("pattern")
@click.argument("mark", type=click.Choice(rules.MARKS))
@click.option("--reason")
@as_json
def mark_command(pattern: str, mark: str, reason: str | None, *, as_json: bool) -> None:
    """Mark products whose code fits PATTERN, in which * stands for anything."""
    with command_context().write() as session:
        made = rules.mark_products(session, pattern, mark, reason=reason, now=web.utc_now())
        shown = shown_mark(made)
    say(shown, _line(shown), as_json=as_json)


@click.command("unmark")
@click.argument("pattern")
def unmark_command(pattern: str) -> None:
    """Take back what was said of PATTERN."""
    with command_context().write() as session:
        found = [one.id for one in rules.rules(session) if one.pattern == pattern]
        if not found:
            raise NotFound(N_("This mark is not there any more."))
        rules.unmark_products(session, found[0])
    click.echo("Taken back.")


COMMANDS: Final = (
    next_command, offer_command, offers_command, marks_command, mark_command, unmark_command,
)  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    return f"{one['pattern']:<20} {one['mark']:<12} {one['reason'] or ''}".rstrip()
