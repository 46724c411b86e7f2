"""``guanxi scoring board ...``: unusual weeks, potentials, kept analyses, board reports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click
from flask import Flask
from flask_babel import Babel, force_locale

from guanxi.sdk import command_context, web, write_context
from guanxi_scoring.cli_input import Instant, json_of
from guanxi_scoring.cli_output import as_json, say, say_rows, write_json
from guanxi_scoring.company import company
from guanxi_scoring.insight import anomalies, potential
from guanxi_scoring.insight.analyses import definition, keeping, running
from guanxi_scoring.insight.board import freezing
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.schemas.insight import (
    shown_analysis,
    shown_anomaly,
    shown_potential,
    shown_report,
)

_as_of = click.option(
    "--as-of", type=Instant(), help="Nothing from then on counts; now by default."
)


@click.group("board")
def board() -> None:
    """Board: weeks, find, decide, potential, analyses, ask, make, run, change, delete, reports."""


@board.command("find")
@_as_of
@as_json
def find_weeks(*, as_of: datetime | None, as_json: bool) -> None:
    """Look for weeks out of the ordinary now, and work out potentials."""
    with command_context().write() as session:
        told = anomalies.find(session, as_of=as_of or web.utc_now())
        told["potentials_changed"] = potential.refresh(session)
    say(told, f"{told['anomalies']} weeks are out of the ordinary.", as_json=as_json)


@board.command("weeks")
@click.option("--state", type=click.Choice(anomalies.STATES), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@as_json
def list_weeks(*, state: str | None, limit: int, as_json: bool) -> None:
    """List weeks out of the ordinary, the latest first."""
    with command_context().database.read() as session:
        found = [
            shown_anomaly(one) for one in anomalies.latest(session, state=state or "", limit=limit)
        ]
    say_rows(found, _week, as_json=as_json)


@board.command("decide")
@click.argument("figure")
@click.argument("week_on")
@click.argument("state", type=click.Choice(anomalies.DECISIONS))
@click.option("--note", default="", help="What it was.")
@click.option("--if-version", type=int, help="Only if it is in this version.")
@as_json
def decide_week(
    figure: str, week_on: str, state: str, *, note: str, if_version: int | None, as_json: bool
) -> None:
    """Explain a week, or dismiss it."""
    with command_context().write() as session:
        found = anomalies.decide(
            session, figure, anomalies.week_of(week_on), state, note,
            by=write_context(session).actor.name, now=web.utc_now(), expected_version=if_version,
        )  # fmt: skip
        shown = shown_anomaly(found)
    say(shown, _week(shown), as_json=as_json)


@board.command("potential")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@as_json
def list_potentials(*, limit: int, as_json: bool) -> None:
    """List customers by what more can be expected of them."""
    with command_context().database.read() as session:
        found = [shown_potential(one) for one in potential.ranked(session, limit=limit)]
    say_rows(found, _potential, as_json=as_json)


@board.command("analyses")
@as_json
def list_analyses(*, as_json: bool) -> None:
    """List kept analyses."""
    with command_context().database.read() as session:
        found = [shown_analysis(one) for one in keeping.analyses(session)]
    say_rows(found, lambda one: f"{one['id']}  {one['title']}  {one['owner_name']}",
             as_json=as_json)  # fmt: skip


@board.command("ask")
@click.argument("question", type=click.File("rb"))
@as_json
def ask(question: Any, *, as_json: bool) -> None:
    """Ask what stands in a JSON file (- for standard input), and keep nothing."""
    with command_context().database.read() as session:
        rows = running.run(session, definition.read(session, json_of(question)))
    _tell(rows, as_json=as_json)


@board.command("make")
@click.argument("title")
@click.argument("question", type=click.File("rb"))
@as_json
def make_analysis(title: str, question: Any, *, as_json: bool) -> None:
    """Keep the question in a JSON file under a title."""
    with command_context().write() as session:
        who = Decider(write_context(session).actor.name)
        found = keeping.make(session, title, json_of(question), who, now=web.utc_now())
        shown = shown_analysis(found)
    say(shown, f"{shown['id']}  {shown['title']}", as_json=as_json)


@board.command("change")
@click.argument("analysis", type=click.UUID)
@click.argument("title")
@click.argument("question", type=click.File("rb"))
@as_json
def change_analysis(analysis: UUID, title: str, question: Any, *, as_json: bool) -> None:
    """Give a kept analysis another title and question."""
    with command_context().write() as session:
        owner = keeping.find_analysis(session, analysis)
        who = Decider(write_context(session).actor.name, owner.owner_id)
        found = keeping.change(session, analysis, title, json_of(question), who, now=web.utc_now())
        shown = shown_analysis(found)
    say(shown, f"{shown['id']}  {shown['title']}", as_json=as_json)


@board.command("run")
@click.argument("analysis", type=click.UUID)
@as_json
def run_analysis(analysis: UUID, *, as_json: bool) -> None:
    """Run a kept analysis over all customers, and keep the answer."""
    with command_context().write() as session:
        who = Decider(write_context(session).actor.name)
        _found, rows = keeping.run(session, analysis, who, scope="all", now=web.utc_now())
    _tell(rows, as_json=as_json)


@board.command("delete")
@click.argument("analysis", type=click.UUID)
def delete_analysis(analysis: UUID) -> None:
    """Throw a kept analysis away."""
    with command_context().write() as session:
        owner = keeping.find_analysis(session, analysis)
        keeping.throw_away(session, analysis, Decider("", owner.owner_id))
    click.echo("It is gone.")


@board.command("reports")
@as_json
def list_reports(*, as_json: bool) -> None:
    """List reports for the board."""
    with command_context().database.read() as session:
        found = [shown_report(one) for one in freezing.reports(session)]
    say_rows(found, lambda one: f"{one['id']}  {one['as_of']:%Y-%m-%d}  {one['title']}",
             as_json=as_json)  # fmt: skip


@board.command("report")
@click.argument("title")
@_as_of
@click.option("--classes", default="", help="Attribute of the map of white space.")
@as_json
def make_report(title: str, *, as_of: datetime | None, classes: str, as_json: bool) -> None:
    """Freeze the figures of now, or of an instant, in a report."""
    now = web.utc_now()
    with command_context().write() as session:
        found = freezing.freeze(
            session, title, as_of=as_of or now, by=write_context(session).actor.name, now=now,
            classes=classes,
        )  # fmt: skip
        shown = shown_report(found, figures=True)
    say(shown, f"{shown['id']}  {shown['title']}", as_json=as_json)


@board.command("pdf")
@click.argument("report", type=click.UUID)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def write_pdf(report: UUID, file: Path, *, language: str) -> None:
    """Write a report as PDF."""
    from guanxi_scoring.pages.board_pdf import render  # noqa: PLC0415 -- only this command

    with command_context().database.read() as session, _speaking(language):
        found = freezing.find_report(session, report)
        body = render(found, language=language, zone=company(session).zone)
    file.write_bytes(body)
    click.echo(f"Wrote {file}.")


COMMANDS: Final = (board,)


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """Translate into a language where there is no request that says which."""
    app = Flask("guanxi_scoring")
    Babel(app)
    with app.app_context(), force_locale("zh_Hans_CN" if language == "zh" else "en"):
        yield


def _tell(rows: Any, *, as_json: bool) -> None:
    if as_json:
        write_json([{"key": r.key, "customers": r.customers, "value": r.value} for r in rows])
        return
    for row in rows:
        click.echo(
            f"{row.key!s:<30} {row.customers:>8}  {row.value if row.value is not None else '-'}"
        )


def _week(one: dict[str, Any]) -> str:
    return (
        f"{one['week_on']}  {one['figure']:<10} {one['value']:>14}  ordinary {one['low']} to"
        f" {one['high']}  {one['state']}  {one['note'] or ''}"
    )


def _potential(one: dict[str, Any]) -> str:
    return (
        f"{one['customer_id']}  {one['gap']:>12.2f} {one['currency']}  expected"
        f" {one['expected']:.2f}, brought {one['now']:.2f}  {one['name']}"
    )
