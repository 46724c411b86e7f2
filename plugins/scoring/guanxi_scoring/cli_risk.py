"""``guanxi scoring risk ...``: ratings, appetite, mitigations, scorecards, each with ``--json``."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO

import click
from marshmallow import Schema, ValidationError

from guanxi.sdk import Conflict, Invalid, NotFound, command_context, tables, web
from guanxi_scoring.cli_output import as_json, find_customer, in_words, say, say_rows, write_json
from guanxi_scoring.life.finding import current_version, list_models
from guanxi_scoring.models import Model
from guanxi_scoring.risk import (
    agencies,
    appetite,
    managing,
    mitigations,
    ratings,
    reading,
)
from guanxi_scoring.risk.card.card import Card
from guanxi_scoring.risk.mitigations import KINDS, MitigationDraft
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.risk.questionnaire import QUESTIONS
from guanxi_scoring.risk.ratings import RatingDraft
from guanxi_scoring.schemas.models import shown_model
from guanxi_scoring.schemas.risk import (
    ScoringAgencyDraftSchema,
    ScoringAgencySchema,
    ScoringAnswersSchema,
    ScoringMitigationSchema,
    ScoringRatingSchema,
    shown,
    shown_classes,
    shown_questionnaire,
    shown_whole,
)
from guanxi_scoring.schemas.risk_cards import (
    ScoringCardDraftSchema,
    shown_file,
    shown_score,
)
from guanxi_scoring.texts import N_

_DAY: Final = click.DateTime(["%Y-%m-%d"])
TABLE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def everything(_permission: str) -> bool:
    """Whoever has the command line may do everything."""
    return True


@click.group("risk")
def risk_group() -> None:
    """Ratings, risk appetite, mitigations, scorecards, the risk coefficient."""


@risk_group.command("of")
@click.argument("customer")
@as_json
def show_risk_of(customer: str, *, as_json: bool) -> None:
    """Show everything about the risk of CUSTOMER (an id, e-mail address, phone number)."""
    with command_context().database.read() as session:
        found = shown_whole(reading.whole(session, find_customer(session, customer)))
    if as_json:
        write_json(found)
        return
    click.echo(f"{found['risk_class']}, coefficient {found['coefficient'] or 'unknown'}")
    for one in found["factors"]:
        click.echo(f"  {one['part']:.4f}  {in_words(one['told'])}")
    for one in found["ratings"]:
        click.echo(f"{one['rated_on']}  {one['agency']} {one['grade']} until {one['valid_until']}")
    for one in found["mitigations"]:
        click.echo(f"{one['valid_from']}  {one['kind']} {one['share']} {one['note']} ({one['id']})")
    if found["appetite"]:
        click.echo(f"Appetite: {found['appetite']}")


@risk_group.command("classes")
@as_json
def show_classes(*, as_json: bool) -> None:
    """Count customers by risk class."""
    with command_context().database.read() as session:
        found = shown_classes(reading.by_class(session))
    say_rows(found, lambda one: f"{one['risk_class']:<8} {one['customers']:>9}", as_json=as_json)


@risk_group.command("rate")
@click.argument("customer")
@click.argument("agency")
@click.argument("grade")
@click.option("--on", type=_DAY, required=True, help="The day of the rating.")
@click.option("--source", required=True, help="Where it comes from.")
@click.option("--until", type=_DAY, help="The last day on which it counts.")
@as_json
def rate_command(
    *,
    customer: str,
    agency: str,
    grade: str,
    on: datetime,
    source: str,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Record the GRADE that AGENCY gave CUSTOMER; needs consent to credit assessment."""
    draft = RatingDraft(agency, grade, on.date(), source, until.date() if until else None)
    with command_context().write() as session:
        who = find_customer(session, customer)
        made, outcome = ratings.record_rating(session, who, draft, now=web.utc_now())
        found = shown(made, ScoringRatingSchema)
    say(found, f"{outcome}: {found['grade']} until {found['valid_until']}", as_json=as_json)


@risk_group.command("withdraw")
@click.argument("rating", type=click.UUID)
@as_json
def withdraw_command(rating: Any, *, as_json: bool) -> None:
    """Withdraw a rating that should not count."""
    with command_context().write() as session:
        made = ratings.withdraw_rating(session, rating, now=web.utc_now())
        found = shown(made, ScoringRatingSchema)
    say(found, f"{found['grade']} of {found['rated_on']} is withdrawn.", as_json=as_json)


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
    values = _document(file, ScoringAgencyDraftSchema())
    with command_context().write() as session:
        made = agencies.save_agency(
            session, key, values, expected_version=if_version, now=web.utc_now()
        )
        found = shown(made, ScoringAgencySchema)
    say(found, f"{key} is in version {found['version']}.", as_json=as_json)


@risk_group.command("questions")
@as_json
def questions_command(*, as_json: bool) -> None:
    """Show the questionnaire of risk appetite."""
    found = shown_questionnaire()
    lines = []
    for one in found["questions"]:
        lines.append(f"{one['key']}: {one['text']['en']}")
        lines += [f"  {a['key']}  {a['text']['en']} ({a['points']})" for a in one["answers"]]
    say(found, "\n".join(lines), as_json=as_json)


@risk_group.command("answer")
@click.argument("customer")
@click.argument("answers", nargs=len(QUESTIONS))
@click.option("--on", type=_DAY, help="The day of the answers; else today.")
@as_json
def answer_command(
    customer: str, answers: tuple[str, ...], on: datetime | None, *, as_json: bool
) -> None:
    """Keep the ANSWERS of CUSTOMER, one letter for each question in order."""
    chosen = dict(zip((one.key for one in QUESTIONS), answers, strict=True))
    with command_context().write() as session:
        who = find_customer(session, customer)
        day = on.date() if on else None
        made = appetite.record_answers(session, who, chosen, answered_on=day, now=web.utc_now())
        found = shown(made, ScoringAnswersSchema)
    say(found, f"{found['appetite']}, {found['points']} points", as_json=as_json)


@risk_group.command("mitigate")
@click.argument("customer")
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@click.argument("share")
@click.option("--note", required=True, help="What it is.")
@click.option("--from", "begins", type=_DAY, help="Its first day; else today.")
@click.option("--until", type=_DAY, help="Its last day; else until it is ended.")
@as_json
def mitigate_command(
    *,
    customer: str,
    kind: str,
    share: str,
    note: str,
    begins: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Record what takes SHARE (0.25 or 25%) of the risk of CUSTOMER away."""
    draft = MitigationDraft(
        kind, _share(share), note, begins.date() if begins else None,
        until.date() if until else None,
    )  # fmt: skip
    with command_context().write() as session:
        who = find_customer(session, customer)
        made = mitigations.record_mitigation(session, who, draft, now=web.utc_now())
        found = shown(made, ScoringMitigationSchema)
    say(found, f"{found['id']}: {found['share']} from {found['valid_from']}", as_json=as_json)


@risk_group.command("end")
@click.argument("mitigation", type=click.UUID)
@as_json
def end_command(mitigation: Any, *, as_json: bool) -> None:
    """End a mitigation."""
    with command_context().write() as session:
        made = mitigations.end_mitigation(session, mitigation, now=web.utc_now())
        found = shown(made, ScoringMitigationSchema)
    say(found, f"{found['kind']} is ended.", as_json=as_json)


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
    values = _document(file, ScoringCardDraftSchema())
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
    values = _json(file)
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
        found = [shown_file(one) for one in managing.list_cases(session)]
    say_rows(
        found,
        lambda one: f"{one['id']}  {one['cases']:>7}  {one['title']}",
        as_json=as_json,
    )


@risk_group.command("cases-add")
@click.argument("file", type=TABLE)
@click.option("--title", default="", help="What it is called; else the name of the file.")
@as_json
def add_cases_command(file: Path, title: str, *, as_json: bool) -> None:
    """Keep a table of past cases (CSV, XLSX) that scorecards may learn from."""
    with file.open("rb") as opened:
        table = tables.read(opened, most_rows=managing.MOST_CASES)
    with command_context().write() as session:
        made = managing.keep_cases(session, title, file.name, table, now=web.utc_now())
        found = shown_file(made)
    say(found, f"{found['id']}: {found['cases']} cases", as_json=as_json)


@risk_group.command("cases-remove")
@click.argument("file", type=click.UUID)
@as_json
def remove_cases_command(file: Any, *, as_json: bool) -> None:
    """Remove a file of past cases; scorecards that learnt from it stay as they are."""
    with command_context().write() as session:
        managing.remove_cases(session, file)
    say({"id": file, "removed": True}, "Removed.", as_json=as_json)


COMMANDS: Final = (risk_group,)


def _share(text: str) -> Decimal:
    try:
        found = Decimal(text.rstrip("%"))
    except ArithmeticError:
        raise click.BadParameter("Write a share such as 0.25 or 25%.") from None
    return found / 100 if text.endswith("%") else found


def _json(file: TextIO) -> dict[str, Any]:
    try:
        found = json.load(file)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(N_("The file holds no JSON document."))
    return found


def _document(file: TextIO, schema: Schema) -> dict[str, Any]:
    try:
        values: dict[str, Any] = schema.load(_json(file))
    except ValidationError as error:
        faults = str(error.messages)[:500]
        raise Invalid(N_("The file does not fit: %(faults)s"), faults=faults) from None
    return values
