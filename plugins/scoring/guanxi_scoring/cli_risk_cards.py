"""``guanxi scoring risk ...``: agencies with their scales, scorecards, files of past cases."""

from pathlib import Path
from typing import Any, Final, TextIO

import click

from guanxi.sdk import Conflict, NotFound, command_context, tables, web
from guanxi_scoring.cli_input import TABLE, document_of, everything, json_of
from guanxi_scoring.cli_output import as_json, in_words, say, say_rows
from guanxi_scoring.cli_risk import risk_group
from guanxi_scoring.life.finding import current_version, list_models
from guanxi_scoring.models import Model
from guanxi_scoring.risk import agencies, case_files, managing
from guanxi_scoring.risk.card.card import Card
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.schemas.models import shown_model
from guanxi_scoring.schemas.risk import ScoringAgencyDraftSchema, ScoringAgencySchema, shown
from guanxi_scoring.schemas.risk_cards import ScoringCardDraftSchema, shown_file, shown_score
from guanxi_scoring.texts import N_


@risk_group.command("agencies")
@as_json
def agencies_command(*, as_json: bool) -> None:
    """List the rating agencies with their scales."""
    with command_context().database.read() as session:
        found = [shown(one, ScoringAgencySchema) for one in agencies.list_agencies(session)]
    say_rows(
        found,
        lambda one: f"{one['key']:<20} {' '.join(g['grade'] for g in one['grades'])}",
        as_json=as_json,
    )


@risk_group.command("agency")
@click.argument("key")
@click.argument("file", type=click.File("r"))
@click.option("--if-version", type=int, help="Only if the agency is in this version.")
@as_json
def agency_command(key: str, file: TextIO, if_version: int | None, *, as_json: bool) -> None:
    """Make or change the agency KEY from a JSON document as the API takes it."""
    values = document_of(file, ScoringAgencyDraftSchema())
    with command_context().write() as session:
        made = agencies.save_agency(
            session, key, values, expected_version=if_version, now=web.utc_now()
        )
        found = shown(made, ScoringAgencySchema)
    say(found, f"{key} is in version {found['version']}.", as_json=as_json)


@risk_group.command("cards")
@as_json
def cards_command(*, as_json: bool) -> None:
    """List the scorecards."""
    with command_context().database.read() as session:
        cards = [one for one in list_models(session) if one.kind == KIND]
        found = [shown_model(session, one, everybody=True) for one in cards]
    say_rows(
        found,
        lambda one: f"{one['key']:<30} version {one['current'] or '-':<4} {one['title_en']}",
        as_json=as_json,
    )


@risk_group.command("card")
@click.argument("file", type=click.File("r"))
@as_json
def card_command(file: TextIO, *, as_json: bool) -> None:
    """Make a scorecard of a JSON document as the API takes it, or change the one of its key."""
    values = document_of(file, ScoringCardDraftSchema())
    with command_context().write() as session:
        now, may = web.utc_now(), everything
        try:
            managing.get_card(session, values["key"])
        except NotFound:
            model = managing.create_card(session, managing.CardDraft(**values), may=may, now=now)
        else:
            key = values.pop("key")
            changes = {name: value for name, value in values.items() if value}
            model = managing.change_card(session, key, changes, may=may, now=now)
        found = shown_model(session, model, everybody=True)
    say(found, f"{found['key']} is in version {found['version']}; a fit waits.", as_json=as_json)


@risk_group.command("points")
@click.argument("card")
@click.argument("file", type=click.File("r"))
@as_json
def points_command(card: str, file: TextIO, *, as_json: bool) -> None:
    """Say how many points a case gets: a JSON document of values by characteristic."""
    values = json_of(file)
    with command_context().database.read() as session:
        model: Model = managing.get_card(session, card)
        version = current_version(session, model)
        if version is None:
            raise Conflict(N_("This scorecard is not fitted yet, so it gives no points."))
        found = shown_score(Card(version.parameters).score(values))
    if found["points"] is None:
        say(found, f"no score: {in_words(found['problem'])}", as_json=as_json)
        return
    lines = [f"{found['points']:.1f} points, probability of bad {found['probability']:.4f}"]
    lines += [f"{one['points']:>8.1f}  {one['key']}" for one in found["parts"]]
    say(found, "\n".join(lines), as_json=as_json)


@risk_group.command("cases")
@as_json
def cases_command(*, as_json: bool) -> None:
    """List the files of past cases."""
    with command_context().database.read() as session:
        found = [shown_file(one) for one in case_files.list_cases(session)]
    say_rows(
        found,
        lambda one: f"{one['id']}  {one['cases']:>7}  {one['title']}",
        as_json=as_json,
    )


@risk_group.command("cases-add")
@click.argument("file", type=TABLE)
@click.option("--title", default="", help="What it is called; else the name of the file.")
@as_json
def add_cases_command(file: str, title: str, *, as_json: bool) -> None:
    """Keep a table of past cases (CSV, XLSX) that scorecards may learn from."""
    path = Path(file)
    with path.open("rb") as opened:
        table = tables.read(opened, most_rows=case_files.MOST_CASES)
    with command_context().write() as session:
        made = case_files.keep_cases(session, title, path.name, table, now=web.utc_now())
        found = shown_file(made)
    say(found, f"{found['id']}: {found['cases']} cases", as_json=as_json)


@risk_group.command("cases-remove")
@click.argument("file", type=click.UUID)
@as_json
def remove_cases_command(file: Any, *, as_json: bool) -> None:
    """Remove a file of past cases; scorecards that learnt from it stay as they are."""
    with command_context().write() as session:
        case_files.remove_cases(session, file)
    say({"id": file, "removed": True}, "Removed.", as_json=as_json)


COMMANDS: Final = (risk_group,)
