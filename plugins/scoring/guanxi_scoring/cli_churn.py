"""``guanxi scoring lapse ...``: the costs, whom to contact first, broken rhythms."""

from typing import Any, Final

import click

from guanxi.sdk import command_context, web
from guanxi_scoring.churn import breaks, contacting
from guanxi_scoring.churn import policy as costs
from guanxi_scoring.churn.jobs import rhythms
from guanxi_scoring.churn.rhythm.refreshing import as_of
from guanxi_scoring.cli_input import Exact, Instant
from guanxi_scoring.cli_output import as_json, say, say_rows, write_json
from guanxi_scoring.company import company
from guanxi_scoring.schemas.churn import (
    shown_break,
    shown_contact,
    shown_costs,
    shown_lapse,
    shown_outlook,
)

_OPTIONS: Final = (
    click.option("--contact-cost", type=Exact(), help="Of contacting one customer."),
    click.option("--wasted-cost", type=Exact(), help="More, for one who would have stayed."),
    click.option("--save-rate", type=Exact(), help="Share that a contact keeps: 0.1 is a tenth."),
    click.option("--value-from", type=click.Choice(costs.VALUES_FROM), help="What is at stake."),
    click.option("--fixed-value", type=Exact(), help="At stake where no value is known."),
    click.option("--risk-from", type=click.Choice(costs.RISKS_FROM), help="Whose risk goes first."),
    click.option("--medium-share", type=Exact(), help="Part of the threshold that is medium."),
    click.option(
        "--as-of", type=Instant(or_now=True), help="When rhythms are judged: now, or an instant."
    ),
)


def _cost_options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group("lapse")
def lapse() -> None:
    """Lapse: show, costs, preview, list, broken, refresh."""


@lapse.command("show")
@as_json
def show_lapse(*, as_json: bool) -> None:
    """Show the costs, what they lead to, how many rhythms are broken."""
    with command_context().database.read() as session:
        policy = costs.policy_of(session)
        found = contacting.outlook(session, policy)
        shown = shown_lapse(session, policy, found, breaks.count_broken(session))
    if as_json:
        write_json(shown)
        return
    click.echo(_costs(shown["costs"]))
    click.echo(_outlook(shown["outlook"], policy.currency))
    click.echo(f"{shown['broken']} rhythms are broken.")


@lapse.command("costs")
@_cost_options
@click.option("--if-version", type=int, help="Only if the costs are in this version.")
@as_json
def set_costs(*, if_version: int | None, as_json: bool, **given: Any) -> None:
    """Show the costs, or set those that are named."""
    changes = _named(given)
    with command_context().write() as session:
        if changes:
            policy = costs.change(session, changes, now=web.utc_now(), expected_version=if_version)
            contacting.refresh_threshold(session, policy, now=web.utc_now())
        shown = shown_costs(costs.policy_of(session))
    say(shown, _costs(shown), as_json=as_json)


@lapse.command("preview")
@_cost_options
@as_json
def preview(*, as_json: bool, **given: Any) -> None:
    """Show what other costs would lead to; nothing is stored."""
    with command_context().database.read() as session:
        wanted = costs.draft(session, _named(given))
        shown = shown_outlook(contacting.outlook(session, wanted))
    say(shown, _outlook(shown, wanted.currency), as_json=as_json)


@lapse.command("list")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@as_json
def list_to_contact(*, limit: int, as_json: bool) -> None:
    """List whom to contact, the greatest expected gain first."""
    with command_context().database.read() as session:
        policy = costs.policy_of(session)
        found = contacting.to_contact(session, policy, limit=limit)
    say_rows([shown_contact(one) for one in found], _contact, as_json=as_json)


@lapse.command("broken")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@as_json
def list_broken(*, limit: int, as_json: bool) -> None:
    """List broken rhythms, the latest first."""
    with command_context().database.read() as session:
        today = company(session).day(as_of(session, web.utc_now()))
        found = [shown_break(one, today) for one in breaks.broken(session, limit=limit)]
    say_rows(found, _break, as_json=as_json)


@lapse.command("refresh")
@as_json
def refresh(*, as_json: bool) -> None:
    """Find broken rhythms and work out the threshold now, as the jobs do each hour."""
    now = web.utc_now()
    with command_context().write() as session:
        told = rhythms(session, now)
        found = contacting.refresh_threshold(session, costs.policy_of(session), now=now)
    shown = {**told, "contacted": found.contacted}
    sentence = f"{told['broken']} rhythms broke; contacting {found.contacted} customers pays."
    say(shown, sentence, as_json=as_json)


COMMANDS: Final = (lapse,)
_AT_STAKE: Final = {
    "clv": "the expected value",
    "kept": "the value if they stay",
    "fixed": "one amount",
}


def _named(given: dict[str, Any]) -> dict[str, Any]:
    changes = {name: value for name, value in given.items() if value is not None}
    if changes.get("as_of") == "now":
        changes["as_of"] = None
    return changes


def _costs(one: dict[str, Any]) -> str:
    assumed = "" if one["version"] else " (assumed: nobody has set them)"
    at_stake = _AT_STAKE[one["value_from"]]
    fixed = "" if one["fixed_value"] is None else f", else {one['fixed_value']:f}"
    return (
        f"Contact {one['contact_cost']:f} {one['currency']}, wasted {one['wasted_cost']:f}, "
        f"saves {one['save_rate']:.2%}, at stake {at_stake}{fixed}, "
        f"risk by {one['risk_from']} first; "
        f"version {one['version']}{assumed}"
    )


def _outlook(one: dict[str, Any], currency: str) -> str:
    threshold = "never" if one["threshold"] is None else f"from {one['threshold']:.2%} on"
    return (
        f"Contacting pays for {one['contacted']} of {one['known_customers']} customers "
        f"(unknown: {one['unknown_customers']}); gain {one['gain']:.2f} {currency}, "
        f"cost {one['cost']:.2f}; at mean value {threshold}"
    )


def _contact(one: dict[str, Any]) -> str:
    return (
        f"{one['customer_id']}  {one['gain']:>12.2f}  {one['p']:>7.2%}  {one['value']:>12.2f}"
        f"  {one['source']:<8}  {one['name']}"
    )


def _break(one: dict[str, Any]) -> str:
    return (
        f"{one['customer_id']}  last {one['last_on']}  due {one['due_on']}  "
        f"{one['away']:>4} days  {one['name']}"
    )
