"""``guanxi segment rfm|value``: how customers buy, and what each is worth."""

from typing import Any, Final

import click

from guanxi.sdk import command_context, run_job, web
from guanxi_segmentation import rfm, value
from guanxi_segmentation.cli import as_json, find_customer, write_json
from guanxi_segmentation.cli_options import say, say_rows
from guanxi_segmentation.company import PLUGIN
from guanxi_segmentation.schemas.rfm import shown_cut, shown_rfm, shown_score
from guanxi_segmentation.schemas.values import (
    shown_classes,
    shown_cohorts,
    shown_overview,
    shown_value,
)
from guanxi_segmentation.schemes.domain import get_scheme
from guanxi_segmentation.value.overview import overview

_SUMS: Final = ("observed", "expected", "net")


@click.group("rfm")
def rfm_group() -> None:
    """Recency, frequency, money: show, of, cuts, cut."""


@rfm_group.command("show")
@as_json
def show_rfm(*, as_json: bool) -> None:
    """Show how many customers have which scores and classes, and the break points."""
    with command_context().database.read() as session:
        found = shown_rfm(session, everybody=True)
    if as_json:
        write_json(found)
        return
    cut = found["cut"]
    if cut is None:
        click.echo("Nobody is scored yet.")
        return
    click.echo(f"Version {cut['version']}, {cut['convention']}, cut {cut['at']:%Y-%m-%d %H:%M} UTC")
    for letter in "rfm":
        click.echo(f"{letter}: " + " ".join(f"{one:f}" for one in cut[f"{letter}_breaks"]))
    for one in (*found["segments"], *found["eight"]):
        click.echo(f"{one['key']:<22} {one['customers']:>9}  {one['title_en']}")


@rfm_group.command("cuts")
@as_json
def list_cuts(*, as_json: bool) -> None:
    """List the break points so far, the latest first; at most 100."""
    with command_context().database.read() as session:
        found = [shown_cut(one, everybody=True) for one in rfm.cuts(session, limit=100)]
    say_rows(found, _cut, as_json=as_json)


@rfm_group.command("of")
@click.argument("customer")
@as_json
def show_scores_of(customer: str, *, as_json: bool) -> None:
    """Show the scores and classes of CUSTOMER (an id, e-mail address, phone number)."""
    with command_context().database.read() as session:
        customer_id = find_customer(session, customer)
        found = shown_score(customer_id, rfm.score_of(session, customer_id))
    scores = "".join(str(found[letter]) for letter in "rfm")
    told = (
        "Not scored." if found["r"] is None else f"{scores}  {found['segment']}  {found['eight']}"
    )
    say(found, told, as_json=as_json)


@rfm_group.command("cut")
@as_json
def cut_rfm(*, as_json: bool) -> None:
    """Cut the break points anew; the worker does it."""
    with command_context().write() as session:
        queued = run_job(session, PLUGIN, "recut")
    if as_json:
        write_json({"queued": queued})
    else:
        click.echo("The worker cuts anew." if queued else "A cut waits already.")


@click.group("value")
def value_group() -> None:
    """Total value and net value: show, of, classes, cohorts."""


@value_group.command("show")
@as_json
def show_values(*, as_json: bool) -> None:
    """Show the sums of both values over all customers."""
    with command_context().database.read() as session:
        found = shown_overview(overview(session))
    if as_json:
        write_json(found)
        return
    for name in ("total_value", "net_value"):
        click.echo(f"{name} ({found['currency']})")
        for key, amount in found[name].items():
            click.echo(f"  {key:<12} {'unknown' if amount is None else amount}")


@value_group.command("of")
@click.argument("customer")
@as_json
def show_value_of(customer: str, *, as_json: bool) -> None:
    """Show both values of CUSTOMER (an id, e-mail address, phone number), itemised."""
    with command_context().database.read() as session:
        found = shown_value(session, find_customer(session, customer), web.utc_now())
    if as_json:
        write_json(found)
        return
    for name in ("total_value", "net_value"):
        _write_part(found[name], found["currency"], 0)


@value_group.command("classes")
@click.argument("scheme")
@as_json
def show_values_by_class(scheme: str, *, as_json: bool) -> None:
    """Show the sums of both values over the customers of each class of SCHEME."""
    with command_context().database.read() as session:
        found = shown_classes(session, get_scheme(session, scheme).key)
    say_rows(found, _class_sums, as_json=as_json)


@value_group.command("cohorts")
@as_json
def show_cohorts(*, as_json: bool) -> None:
    """Show the repeat-purchase rate by the month of the first purchase."""
    with command_context().database.read() as session:
        found = shown_cohorts(value.cohorts(session, as_of=web.utc_now()))
    if as_json:
        write_json(found)
        return
    for one in found:
        click.echo(f"{one['month']:%Y-%m} {one['customers']:>8} {one['repeated']:>8} {one['rate']}")


GROUPS: Final = (rfm_group, value_group)


def _cut(one: dict[str, Any]) -> str:
    breaks = "  ".join(f"{c}: " + " ".join(f"{b:f}" for b in one[f"{c}_breaks"]) for c in "rfm")
    return f"{one['version']}  {one['at']:%Y-%m-%d %H:%M}  {one['convention']}  {breaks}"


def _class_sums(one: dict[str, Any]) -> str:
    known = {name: "unknown" if one[name] is None else f"{one[name]:.2f}" for name in _SUMS}
    sums = "  ".join(f"{name}={amount}" for name, amount in known.items())
    return f"{one['key']:<20} {one['customers']:>8}  {sums}"


def _write_part(part: dict[str, Any], currency: str, depth: int) -> None:
    amount = "unknown" if part["amount"] is None else f"{part['amount']:.2f} {currency}"
    title = " ".join((part["title_en"], *part["of"]))
    click.echo(f"{'  ' * depth}{title}: {amount}")
    for one in part["parts"]:
        _write_part(one, currency, depth + 1)
