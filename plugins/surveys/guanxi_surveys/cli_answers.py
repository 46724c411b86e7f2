"""``guanxi survey answers ...``: take, list, show and correct answers."""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4

import click

from guanxi.sdk import Invalid, command_context, web
from guanxi_surveys.answering.amending import amend, amendments_of
from guanxi_surveys.answering.definitions import by_id, by_key
from guanxi_surveys.answering.expiring import expire
from guanxi_surveys.answering.finishing import submit
from guanxi_surveys.answering.reading import Sight, find_answer, list_answers, told
from guanxi_surveys.models.answers import CHANNELS, STATES
from guanxi_surveys.texts import N_

_EVERYTHING: Final = Sight(unknown=True)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.group("answers")
def answers() -> None:
    """Answers to surveys."""


@answers.command("submit")
@click.argument("survey")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--customer", type=click.UUID, help="Whose answer it is.")
@click.option("--submission", type=click.UUID, help="The same for the same answer; new by default.")
@click.option("--language", default="en", show_default=True)
@click.option("--channel", type=click.Choice(CHANNELS), default="import", show_default=True)
@click.option("--method", help="How staff asked: the key of a touchpoint's channel.")
@click.option("--trial", is_flag=True, help="A test run, which counts nowhere.")
@json_option
def submit_command(
    survey: str,
    file: Any,
    *,
    customer: UUID | None,
    submission: UUID | None,
    as_json: bool,
    **way: Any,
) -> None:
    """Take a whole answer to SURVEY: a JSON object of questions and answers from FILE."""
    values = _values(file.read())
    with command_context().write() as session:
        done = submit(
            session, by_key(session, survey), values, now=web.utc_now(),
            submission=submission or uuid4(), customer_id=customer, **way,
        )  # fmt: skip
    if as_json:
        _write({"id": done.answer_id, "state": done.state, "repeated": done.repeated})
    elif done.repeated:
        click.echo("It was taken before, under this submission.")
    else:
        click.echo(f"Taken as {done.answer_id}." if done.answer_id else "Taken, anonymously.")


@answers.command("list")
@click.argument("survey")
@click.option("--state", type=click.Choice(STATES), default="finished", show_default=True)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
def list_command(survey: str, *, state: str, limit: int, as_json: bool) -> None:
    """List the answers to SURVEY, the last finished first."""
    with command_context().database.read() as session:
        asked = by_key(session, survey)
        found = list_answers(session, asked.id, _EVERYTHING, limit=limit, state=state)
        rows = [told(one, asked.key) for one in found]
    if as_json:
        _write(rows)
        return
    for row in rows:
        click.echo(_line(row))


@answers.command("show")
@click.argument("answer", type=click.UUID)
def show_command(answer: UUID) -> None:
    """Write ANSWER with its corrections as JSON."""
    with command_context().database.read() as session:
        found = find_answer(session, answer, _EVERYTHING)
        made = [
            {"at": one.at, "actor": one.actor, "reason": one.reason, "values": one.after}
            for one in amendments_of(session, found.id)
        ]
        _write({**told(found, by_id(session, found.survey_id).key), "amendments": made})


@answers.command("amend")
@click.argument("answer", type=click.UUID)
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--reason", required=True, help="Why; kept with it.")
def amend_command(answer: UUID, file: Any, *, reason: str) -> None:
    """Correct ANSWER: a JSON object of questions and what is right from FILE; null takes back."""
    values = _values(file.read())
    with command_context().write() as session:
        found = find_answer(session, answer, _EVERYTHING, lock=True)
        amend(session, found, values, reason=reason, now=web.utc_now())
    click.echo("Corrected. The answer as it was given stays beside it.")


@answers.command("expire")
def expire_command() -> None:
    """End answers that were not resumed in time, as the job does every hour."""
    with command_context().write() as session:
        done = expire(session, web.utc_now())
    click.echo(f"{done['expired']} ended.")


def _values(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(N_("Give a JSON object: names of questions and answers."))
    return found


def _line(row: Mapping[str, Any]) -> str:
    at = row["finished_at"] or row["begun_at"]
    scores = " ".join(
        f"{name} {row[name]:g}" for name in ("nps", "csat", "ces") if row[name] is not None
    )
    return f"{row['id']}  {at:%Y-%m-%d %H:%M}  {row['channel']:<8}  {scores}".rstrip()


def _write(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


COMMANDS: Final = (answers,)
