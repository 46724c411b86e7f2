"""``guanxi scoring risk ...``: ratings, appetite and mitigations of customers.

Agencies and scorecards are in ``cli_risk_cards``. Each command has ``--json``.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from guanxi.sdk import command_context, web
from guanxi_scoring.cli_input import DAY, Exact
from guanxi_scoring.cli_output import as_json, find_customer, in_words, say, say_rows, write_json
from guanxi_scoring.risk import (
    appetite,
    mitigations,
    ratings,
    reading,
)
from guanxi_scoring.risk.mitigations import KINDS, MitigationDraft
from guanxi_scoring.risk.questionnaire import QUESTIONS
from guanxi_scoring.risk.ratings import RatingDraft
from guanxi_scoring.schemas.risk import (
    ScoringAnswersSchema,
    ScoringMitigationSchema,
    ScoringRatingSchema,
    shown,
    shown_classes,
    shown_questionnaire,
    shown_whole,
)


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
@click.option("--on", type=DAY, required=True, help="The day of the rating.")
@click.option("--source", required=True, help="Where it comes from.")
@click.option("--until", type=DAY, help="The last day on which it counts.")
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
@click.option("--on", type=DAY, help="The day of the answers; else today.")
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
@click.argument("share", type=Exact())
@click.option("--note", required=True, help="What it is.")
@click.option("--from", "begins", type=DAY, help="Its first day; else today.")
@click.option("--until", type=DAY, help="Its last day; else until it is ended.")
@as_json
def mitigate_command(
    *,
    customer: str,
    kind: str,
    share: Decimal,
    note: str,
    begins: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Record what takes SHARE (0.25 or 25%) of the risk of CUSTOMER away."""
    draft = MitigationDraft(
        kind, share, note, begins.date() if begins else None,
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
