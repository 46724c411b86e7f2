"""``guanxi scoring fit|run|score|of``: versions are fitted, customers scored, scores shown."""

from typing import Any, Final

import click
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, command_context, web
from guanxi_scoring.cli_output import (
    as_json,
    find_customer,
    in_words,
    say,
    write_json,
    write_table,
    written,
)
from guanxi_scoring.life.finding import current_version, get_model
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.ordering import require_active
from guanxi_scoring.life.scoring import score_everybody
from guanxi_scoring.models import Model, Version
from guanxi_scoring.schemas.models import ENGINES, shown_version
from guanxi_scoring.schemas.scores import shown_likely
from guanxi_scoring.texts import N_

engine_option = click.option(
    "--engine", type=click.Choice(ENGINES), help="Where features are computed; else as set."
)
lake_option = click.option("--lake", default="", help="Where the lake lies; else as set.")


@click.command("fit")
@click.argument("model")
@engine_option
@lake_option
@as_json
def fit_command(model: str, engine: str | None, lake: str, *, as_json: bool) -> None:
    """Fit a model, now; if the new version is in force, everybody is scored with it."""
    _fit(model, engine or "", lake, as_json=as_json)


@click.command("run")
@click.argument("model", default="lifetime")
@engine_option
@lake_option
@as_json
def run_command(model: str, engine: str | None, lake: str, *, as_json: bool) -> None:
    """Fit a model and score everybody on an engine: postgres, duckdb or spark.

    The scores are the same on all of them. A ready-made model is made first if it is not there.
    """
    with command_context().write() as session:
        ensure_ready_made(session, now=web.utc_now())
    _fit(model, engine or "", lake, as_json=as_json)


@click.command("score")
@click.argument("model")
@as_json
def score_command(model: str, *, as_json: bool) -> None:
    """Score everybody with the version in force, now."""
    with command_context().write() as session:
        found = get_model(session, model)
        require_active(found)
        version = in_force(session, found)
        customers = score_everybody(session, found, version, now=web.utc_now())
        told = {"model": model, "number": version.number, "customers": customers}
    say(told, f"{customers} customers scored with version {told['number']}.", as_json=as_json)


@click.command("of")
@click.argument("customer")
@as_json
def of_command(customer: str, *, as_json: bool) -> None:
    """Show what is expected of CUSTOMER (an id, e-mail address, phone number)."""
    with command_context().database.read() as session:
        customer_id = find_customer(session, customer)
        shown = shown_likely(session, customer_id)
    if as_json:
        write_json(shown)
    elif shown["p_alive"] is None:
        click.echo("Unknown: has never bought, or nobody is scored yet.")
    else:
        write_table(("name", "value"), map(_of_line, shown.items()))


COMMANDS: Final = (fit_command, run_command, score_command, of_command)


def in_force(session: Session, model: Model) -> Version:
    """Return the version in force.

    :raises Invalid: none is; it says what to do.
    """
    version = current_version(session, model)
    if version is None:
        told = N_("No version of %(key)s is in force. Fit it first: guanxi scoring fit %(key)s.")
        raise Invalid(told, key=model.key)
    return version


def version_line(one: dict[str, Any]) -> str:
    """Say of a version how it went, on one line."""
    quality = {name: one["metrics"].get(name) for name in ("mae", "auc")}
    measured = "".join(f", {k} {written(v)}" for k, v in quality.items() if v is not None)
    return (
        f"Version {one['number']}: {one['state']}, {one['sample']} learnt from on {one['engine']} "
        f"as of {one['as_of']:%Y-%m-%d}{measured}. {in_words(one['problem'])}".rstrip()
    )


def _of_line(told: tuple[str, Any]) -> tuple[str, Any]:
    name, value = told
    return (name, f"{value['low']:.6g} to {value['high']:.6g}") if isinstance(value, dict) else told


def _fit(key: str, engine: str, lake: str, *, as_json: bool) -> None:
    now = web.utc_now()
    with command_context().write() as session:
        model = get_model(session, key)
        request = request_for(session, model, engine=engine, location=lake, now=now)
        version = fit_version(session, model, request, "asked", now=now)
        told = shown_version(version)
    customers = None
    if told["state"] == "current":
        with command_context().write() as session:
            model = get_model(session, key)
            customers = score_everybody(session, model, in_force(session, model), now=now)
    if as_json:
        write_json({**told, "customers": customers})
        return
    click.echo(version_line(told))
    for sentence in told["warnings"]:
        click.echo(in_words(sentence))
    if customers is not None:
        click.echo(f"{customers} customers scored.")
