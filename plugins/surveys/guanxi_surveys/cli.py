"""``guanxi survey ...``: surveys on the command line, each command with ``--json``."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, TextIO

import click

from guanxi.sdk import Invalid, command_context, web
from guanxi_surveys.cli_output import as_json, in_words, say, say_rows, write_json
from guanxi_surveys.kits import KITS, find_kit
from guanxi_surveys.life import changing, making, opening, publishing
from guanxi_surveys.life.comparing import changes_between
from guanxi_surveys.life.drafts import MOST_BYTES, read_definition
from guanxi_surveys.life.finding import find_survey, find_version, list_surveys, list_versions
from guanxi_surveys.life.importing import import_survey, replace_draft
from guanxi_surveys.life.linting import problems_of
from guanxi_surveys.life.publishing import as_told
from guanxi_surveys.life.writing import written
from guanxi_surveys.models import Survey
from guanxi_surveys.schemas.surveys import (
    shown_change,
    shown_kit,
    shown_survey,
    shown_surveys,
    shown_version,
)
from guanxi_surveys.texts import N_

file_argument = click.argument("file", type=click.File("rb"))


@click.command("list")
@click.option("--archived", is_flag=True, help="Those in the archive.")
@as_json
def list_command(*, archived: bool, as_json: bool) -> None:
    """List the surveys with their state and answers."""
    with command_context().database.read() as session:
        found = shown_surveys(session, list_surveys(session, archived=archived), everybody=True)
    say_rows(found, _line, as_json=as_json)


@click.command("kits")
@click.argument("kit", required=False)
@as_json
def kits_command(*, kit: str | None, as_json: bool) -> None:
    """List the ready kits, or show one with its questionnaire."""
    if kit:
        write_json(shown_kit(find_kit(kit), whole=True))
        return
    rows = [shown_kit(one) for one in KITS]
    say_rows(rows, lambda one: f"{one['key']:<18} {one['title']['en']:<32} {one['about_en']}",
             as_json=as_json)  # fmt: skip


@click.command("make")
@click.argument("key", required=False)
@click.option("--title", help="What staff call it; else as the kit or the other survey says.")
@click.option("--kit", help="Make it from this kit.")
@click.option("--copy-of", help="Make it as a copy of this survey.")
@click.option("--anonymous", is_flag=True, help="Nobody can tell who answered what.")
@as_json
def make_command(
    *, key: str | None, title: str | None, kit: str | None, copy_of: str | None,
    anonymous: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make a survey under KEY: empty, from a kit, or as a copy; it is a draft until published."""
    if kit and copy_of:
        raise Invalid(N_("Name a kit or a survey to copy, not both."))
    now = web.utc_now()
    with command_context().write() as session:
        if kit:
            survey = making.make_from_kit(session, kit, key=key, title=title, now=now)
        elif copy_of:
            survey = making.copy_survey(session, copy_of, key=key, title=title, now=now)
        else:
            draft = making.SurveyDraft(key or "", title or key or "")
            survey = making.make_survey(session, draft, now=now)
        if anonymous:
            change = {"identity": "anonymous"}
            survey = changing.change_survey(session, survey.key, change, now=now)
        shown = shown_survey(session, survey, everybody=True)
    say(shown, f"{shown['key']} is made; publish it to open it.", as_json=as_json)


@click.command("show")
@click.argument("survey")
@as_json
def show_command(survey: str, *, as_json: bool) -> None:
    """Show a survey: its state, options and versions."""
    with command_context().database.read() as session:
        found = find_survey(session, survey)
        shown = shown_survey(session, found, everybody=True)
        versions = [shown_version(one) for one in list_versions(session, found)]
    if as_json:
        write_json({**shown, "versions": versions})
        return
    click.echo(_line(shown))
    click.echo(f"{shown['identity']}, version {shown['version']}, made from {shown['kit'] or '-'}")
    for name, value in sorted(shown["options"].items()):
        click.echo(f"  {name}: {value}")
    for one in versions:
        click.echo(
            f"Version {one['number']}: {one['published_at']:%Y-%m-%d %H:%M} by "
            f"{one['published_by']}, {', '.join(one['languages'])}"
        )


@click.command("change")
@click.argument("survey")
@click.option("--title")
@click.option("--option", "options", multiple=True, help="NAME=JSON, as often as needed.")
@click.option("--identity", type=click.Choice(["named", "anonymous"]))
@click.option("--closes-at", help="ISO 8601 with its time zone; never: no end.")
@click.option("--answer-limit", help="How many may answer; none: as many as like.")
@click.option("--if-version", type=int, help="Only if the survey is in this version.")
@as_json
def change_command(
    *, survey: str, title: str | None, options: tuple[str, ...], identity: str | None,
    closes_at: str | None, answer_limit: str | None, if_version: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Change title, options, identity or end of a survey; it holds at once."""
    changes: dict[str, Any] = {"title": title, "identity": identity}
    changes = {name: value for name, value in changes.items() if value is not None}
    if options:
        changes["options"] = dict(map(_option, options))
    if closes_at is not None:
        changes["closes_at"] = None if closes_at == "never" else _instant(closes_at)
    if answer_limit is not None:
        changes["answer_limit"] = None if answer_limit == "none" else _count(answer_limit)
    with command_context().write() as session:
        found = changing.change_survey(
            session, survey, changes, expected_version=if_version, now=web.utc_now()
        )
        shown = shown_survey(session, found, everybody=True)
    say(shown, f"{survey} is in version {shown['version']}.", as_json=as_json)


@click.command("publish")
@click.argument("survey")
@click.option("--corrections", is_flag=True, help="Changed texts of choices mean the same.")
@as_json
def publish_command(survey: str, *, corrections: bool, as_json: bool) -> None:
    """Publish the draft of a survey as its next version, which never changes."""
    with command_context().write() as session:
        found = find_survey(session, survey)
        version = publishing.publish(session, found, corrections=corrections, now=web.utc_now())
        shown = {**shown_version(version), "state": found.state}
    told = f"Version {shown['number']} of {survey} is published; the survey is {shown['state']}."
    say(shown, told, as_json=as_json)


@click.command("close")
@click.argument("survey")
@as_json
def close_command(survey: str, *, as_json: bool) -> None:
    """Take no more answers."""
    _turn(opening.close_survey, survey, as_json=as_json)


@click.command("open")
@click.argument("survey")
@as_json
def open_command(survey: str, *, as_json: bool) -> None:
    """Take answers again."""
    _turn(opening.open_survey, survey, as_json=as_json)


@click.command("archive")
@click.argument("survey")
@as_json
def archive_command(survey: str, *, as_json: bool) -> None:
    """Put a survey away; nothing is deleted."""
    _turn(opening.archive_survey, survey, as_json=as_json)


@click.command("restore")
@click.argument("survey")
@as_json
def restore_command(survey: str, *, as_json: bool) -> None:
    """Take a survey out of the archive."""
    _turn(opening.restore_survey, survey, as_json=as_json)


@click.command("link")
@click.argument("survey")
@click.option("--off", is_flag=True, help="Take the public link away.")
@as_json
def link_command(survey: str, *, off: bool, as_json: bool) -> None:
    """Make a new public link; one that was given out before opens nothing from then on."""
    with command_context().write() as session:
        found = changing.set_public_link(session, survey, on=not off, now=web.utc_now())
        shown = {"key": found.key, "public_key": found.public_key}
    told = f"The secret part of the link is {shown['public_key']}."
    say(shown, "There is no public link any more." if off else told, as_json=as_json)


@click.command("import")
@file_argument
@click.option("--key", help="The key of the new survey; else a free one.")
@click.option("--title", help="What staff call it; else as the file says.")
@click.option("--into", help="Replace the draft of this survey instead.")
@as_json
def import_command(
    *, file: BinaryIO, key: str | None, title: str | None, into: str | None, as_json: bool
) -> None:
    """Make a survey of a SurveyJS FILE, and say what of it is not supported."""
    definition = read_definition(file.read(MOST_BYTES + 1))
    now = web.utc_now()
    with command_context().write() as session:
        if into:
            done = replace_draft(session, into, definition, now=now)
        else:
            done = import_survey(session, definition, key=key, title=title, now=now)
        problems = [as_told(one) for one in done.problems]
        shown = {"key": done.survey.key, "problems": problems}
    say(shown, f"The draft of {shown['key']} is imported.", as_json=as_json)
    if not as_json:
        _say_problems(problems)


@click.command("export")
@click.argument("survey")
@click.option("--number", type=int, help="A version; else the draft.")
@click.option("--output", type=click.File("w", encoding="utf-8"), help="Write it to this file.")
@click.option("--json", "as_json", is_flag=True, help="It is JSON anyway.")
def export_command(
    survey: str,
    *,
    number: int | None,
    output: TextIO | None,
    as_json: bool,  # noqa: ARG001 -- as all commands have it
) -> None:
    """Write the questionnaire of a survey as SurveyJS reads it."""
    with command_context().database.read() as session:
        found = find_survey(session, survey)
        source = find_version(session, found, number) if number else found
        definition = source.definition
    click.echo(written(definition), file=output, nl=False)


@click.command("lint")
@click.argument("survey")
@as_json
def lint_command(survey: str, *, as_json: bool) -> None:
    """Say what is wrong with the draft of a survey."""
    with command_context().database.read() as session:
        found = find_survey(session, survey)
        problems = [as_told(one) for one in problems_of(found.definition, found.measures)]
    if as_json:
        write_json(problems)
    elif problems:
        _say_problems(problems)
    else:
        click.echo(f"{survey} has no problems.")


@click.command("changes")
@click.argument("survey")
@click.argument("number", type=int)
@click.option("--to", type=int, help="Up to this version; else to the draft.")
@as_json
def changes_command(survey: str, number: int, *, to: int | None, as_json: bool) -> None:
    """Say what changed in a survey since version NUMBER."""
    with command_context().database.read() as session:
        found = find_survey(session, survey)
        old = find_version(session, found, number)
        new = find_version(session, found, to) if to else found
        rows = [shown_change(one) for one in changes_between(old.definition, new.definition)]
    say_rows(rows, lambda one: f"{one['kind']:<8} {one['name']} {', '.join(one['parts'])}".rstrip(),
             as_json=as_json)  # fmt: skip


COMMANDS: Final = (
    list_command, kits_command, make_command, show_command, change_command, publish_command,
    close_command, open_command, archive_command, restore_command, link_command, import_command,
    export_command, lint_command, changes_command,
)  # fmt: skip


def _turn(act: Callable[..., Survey], key: str, *, as_json: bool) -> None:
    with command_context().write() as session:
        shown = shown_survey(session, act(session, key, now=web.utc_now()), everybody=True)
    say(shown, f"{key} is {_STATES[shown['state']]}.", as_json=as_json)


_STATES: Final = {
    "draft": "a draft", "open": "open", "closed": "closed", "archived": "in the archive",
}  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    number = f"version {one['current_number']}" if one["current_number"] else "not published"
    title = one["title"].get("en") or next(iter(one["title"].values()))
    return f"{one['key']:<24} {one['state']:<8} {number:<14} {one['finished']:>7} answers  {title}"


def _say_problems(problems: list[dict[str, Any]]) -> None:
    for one in problems:
        click.echo(f"{one['severity']:<11} {one['place']}: {in_words(one)}")


def _option(word: str) -> tuple[str, Any]:
    """Read NAME=JSON; what is no JSON is a text.

    :raises Invalid: there is no sign of equality.
    """
    name, sign, text = word.partition("=")
    if not sign:
        raise Invalid(N_("Write an option as NAME=VALUE."))
    try:
        return name, json.loads(text)
    except ValueError:
        return name, text


def _instant(word: str) -> datetime:
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(N_("Choose a day and time with its time zone."))
    return found.astimezone(UTC)


def _count(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise Invalid(N_("Write a whole number above zero, or nothing."))
    return int(word)
