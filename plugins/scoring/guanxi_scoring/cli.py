"""``guanxi scoring ...``: the life of models; fits and scores are in ``cli_scores``."""

from typing import Any, Final

import click

from guanxi.sdk import Invalid, command_context, web
from guanxi_scoring.cli_output import (
    as_json,
    in_words,
    say,
    say_rows,
    write_json,
    write_table,
)
from guanxi_scoring.cli_scores import in_force, version_line
from guanxi_scoring.life import changing, enabling
from guanxi_scoring.life.finding import (
    get_model,
    get_version,
    list_models,
    list_versions,
)
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.schemas.models import shown_model, shown_models, shown_version
from guanxi_scoring.texts import N_


@click.command("models")
@click.option("--archived", is_flag=True, help="Those in the archive.")
@as_json
def list_command(*, archived: bool, as_json: bool) -> None:
    """List the models with their version in force."""
    with command_context().database.read() as session:
        found = shown_models(session, list_models(session, archived=archived), everybody=True)
    say_rows(found, _model_line, as_json=as_json)


@click.command("make")
@as_json
def make_command(*, as_json: bool) -> None:
    """Make the ready-made models that are not there yet."""
    with command_context().write() as session:
        made = ensure_ready_made(session, now=web.utc_now())
        found = shown_models(session, made, everybody=True)
    say_rows(found, _model_line, as_json=as_json)


@click.command("show")
@click.argument("model")
@as_json
def show_command(model: str, *, as_json: bool) -> None:
    """Show a model with its versions."""
    with command_context().database.read() as session:
        found = get_model(session, model)
        shown = shown_model(session, found, everybody=True)
        versions = [shown_version(one) for one in list_versions(session, found)]
    if as_json:
        write_json({**shown, "versions": versions})
        return
    click.echo(f"{shown['title_en']} / {shown['title_zh']} ({shown['key']}, {shown['kind']})")
    options = ", ".join(f"{name}={value}" for name, value in sorted(shown["options"].items()))
    click.echo(f"{shown['state']}, version {shown['version']}; {options}")
    if shown["alarm"]:
        click.echo(in_words(shown["alarm"]))
    for one in versions:
        click.echo(version_line(one))


@click.command("change")
@click.argument("model")
@click.option("--option", "options", multiple=True, help="NAME=VALUE, as often as needed.")
@click.option("--refit-days", help="Fit anew after so many days; never: only when asked.")
@click.option("--title-en")
@click.option("--title-zh")
@click.option("--if-version", type=int, help="Only if the model is in this version.")
@as_json
def change_command(
    *,
    model: str,
    options: tuple[str, ...],
    refit_days: str | None,
    title_en: str | None,
    title_zh: str | None,
    if_version: int | None,
    as_json: bool,
) -> None:
    """Change options, titles, or how often a model is fitted; the next fit goes by it."""
    changes: dict[str, Any] = {"title_en": title_en, "title_zh": title_zh}
    changes = {name: value for name, value in changes.items() if value is not None}
    if refit_days is not None:
        changes["refit_days"] = _days(refit_days)
    with command_context().write() as session:
        if options:
            changes["options"] = dict(map(_option, options))
        found = changing.change_model(
            session, model, changes, expected_version=if_version, now=web.utc_now()
        )
        shown = shown_model(session, found, everybody=True)
    say(shown, f"{model} is in version {shown['version']}.", as_json=as_json)


@click.command("enable")
@click.argument("model")
@click.argument("number", type=int)
@as_json
def enable_command(model: str, number: int, *, as_json: bool) -> None:
    """Put version NUMBER in force: one that was kept back, or was in force before."""
    with command_context().write() as session:
        enabling.enable_version(session, model, number, now=web.utc_now())
        shown = shown_model(session, get_model(session, model), everybody=True)
    say(shown, f"Version {number} of {model} is in force.", as_json=as_json)


@click.command("archive")
@click.argument("model")
@as_json
def archive_command(model: str, *, as_json: bool) -> None:
    """Put a model away: its scores go, its versions stay."""
    with command_context().write() as session:
        found = changing.archive_model(session, model, now=web.utc_now())
        shown = shown_model(session, found, everybody=True)
    say(shown, f"{model} is in the archive.", as_json=as_json)


@click.command("restore")
@click.argument("model")
@as_json
def restore_command(model: str, *, as_json: bool) -> None:
    """Take a model out of the archive; the worker scores everybody."""
    with command_context().write() as session:
        found = changing.restore_model(session, model, now=web.utc_now())
        shown = shown_model(session, found, everybody=True)
    say(shown, f"{model} is in use again.", as_json=as_json)


@click.command("report")
@click.argument("model")
@click.option("--number", type=int, help="Of this version; else of the one in force.")
@as_json
def report_command(model: str, number: int | None, *, as_json: bool) -> None:
    """Show what was measured of a version, and its pictures as tables."""
    with command_context().database.read() as session:
        found = get_model(session, model)
        version = get_version(session, found, number) if number else in_force(session, found)
        shown = shown_version(version, pictures=True)
    if as_json:
        write_json(shown)
        return
    click.echo(version_line(shown))
    for title in ("parameters", "metrics"):
        click.echo(f"\n{title}")
        write_table(("name", "value"), sorted(shown[title].items()))
    for name, picture in shown["pictures"].items():
        click.echo(f"\n{name}")
        write_table(picture["columns"], picture["rows"])
    for sentence in shown["warnings"]:
        click.echo(f"\n{in_words(sentence)}")


COMMANDS: Final = (
    list_command, make_command, show_command, change_command, enable_command, archive_command,
    restore_command, report_command,
)  # fmt: skip


def _model_line(one: dict[str, Any]) -> str:
    scored = one["scored"]
    told = [f"version {one['current']} in force" if one["current"] else "not fitted"]
    if scored:
        told.append(f"{scored['customers']} customers scored as of {scored['as_of']:%Y-%m-%d}")
    told += [word for word in ("waits", "alarm") if one[word]]
    return f"{one['key']:<28} {', '.join(told)}"


def _option(word: str) -> tuple[str, Any]:
    """Read NAME=VALUE; a value that is a number becomes one.

    :raises Invalid: there is no sign of equality.
    """
    name, sign, text = word.partition("=")
    if not sign:
        raise Invalid(N_("Write an option as NAME=VALUE."))
    for read in (int, float):
        try:
            return name, read(text)
        except ValueError:
            continue
    return name, text


def _days(word: str) -> int | None:
    if word == "never":
        return None
    if not (word.isascii() and word.isdecimal() and len(word) < 6):
        raise Invalid(N_("Write a number of days, or never."))
    return int(word)
