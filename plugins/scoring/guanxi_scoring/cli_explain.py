"""``guanxi scoring explain CUSTOMER``: every score with its strongest reasons."""

from typing import Final

import click

from guanxi.sdk import Customer, command_context
from guanxi_scoring.cli_input import everything
from guanxi_scoring.cli_output import as_json, find_customer, write_json
from guanxi_scoring.explaining.gathering import document, explanations


@click.command("explain")
@click.argument("customer")
@as_json
def explain_command(customer: str, *, as_json: bool) -> None:
    """Show every score of CUSTOMER (an id, e-mail address, phone number) with its reasons."""
    with command_context().database.read() as session:
        customer_id = find_customer(session, customer)
        person = session.get(Customer, customer_id)
        gone = person is None or person.erased_at is not None
        told = [] if gone else explanations(session, customer_id, everything)
        scores = [document(one) for one in told]
    if as_json:
        write_json({"customer_id": str(customer_id), "scores": scores})
        return
    for one in scores:
        click.echo(f"{one['title']}: {one['text'] or 'unknown'}")
        for line in filter(None, [one["unknown_because"], (one["likely"] or {}).get("text")]):
            click.echo(f"  {line}")
        for reason in one["reasons"]:
            click.echo(f"  - {reason['sentence']}")
    if not scores:
        click.echo("No scores: there is no model at work.")


COMMANDS: Final = (explain_command,)
