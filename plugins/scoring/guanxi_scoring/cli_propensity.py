"""``guanxi scoring goal ...``: goals on the command line, each command with ``--json``."""

import json
from collections.abc import Callable
from typing import Any, Final, TextIO

import click

from guanxi.sdk import NotFound, command_context, web
from guanxi_scoring.cli_input import document_of, everything
from guanxi_scoring.cli_output import as_json, say, say_rows
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.life.finding import list_models
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.propensity import learners, managing, reading
from guanxi_scoring.propensity.goals import KIND
from guanxi_scoring.schemas.propensity import (
    ScoringGoalDraftSchema,
    shown_best,
    shown_goal,
    shown_preview,
)


@click.group("goal")
def goal_group() -> None:
    """Goals: who will probably buy, answer, convert."""


@goal_group.command("list")
@click.option("--archived", is_flag=True, help="Those in the archive.")
@as_json
def list_goals(*, archived: bool, as_json: bool) -> None:
    """List the goals with their past cases."""
    with command_context().database.read() as session:
        found = [one for one in list_models(session, archived=archived) if one.kind == KIND]
        rows = [shown_goal(session, one, everybody=True) for one in found]
    say_rows(
        rows,
        lambda one: (
            f"{one['key']:<40} version {one['current'] or '-':<4} won {one['won']:>7}  "
            f"lost {one['lost']:>7}  scored {one['scored_in_sight']:>8}  {one['title_en']}"
        ),
        as_json=as_json,
    )


@goal_group.command("show")
@click.argument("goal")
@as_json
def show_goal(goal: str, *, as_json: bool) -> None:
    """Show a goal: its options and past cases."""
    with command_context().database.read() as session:
        shown = shown_goal(session, managing.get_goal(session, goal), everybody=True)
    options = json.dumps(shown["options"], ensure_ascii=False)
    text = f"{shown['title_en']} / {shown['title_zh']} ({shown['key']}), {shown['state']}\n"
    text += f"won {shown['won']}, lost {shown['lost']}, version in force {shown['current']}\n"
    say(shown, text + options, as_json=as_json)


@goal_group.command("save")
@click.argument("file", type=click.File("r"))
@as_json
def save_goal(file: TextIO, *, as_json: bool) -> None:
    """Make a goal of a JSON document as the API takes it, or change the one with its key."""
    values = document_of(file, ScoringGoalDraftSchema())
    with command_context().write() as session:
        now = web.utc_now()
        try:
            found = managing.get_goal(session, values["goal"]) if values["goal"] else None
        except NotFound:
            found = None
        if found is None:
            draft = managing.GoalDraft(**values)
            model = managing.create_goal(session, draft, may=everything, now=now)
        else:
            changes = {name: one for name, one in values.items() if one and name != "goal"}
            model = managing.change_goal(session, found.key, changes, may=everything, now=now)
        key, version = model.key, model.version
    told = {"key": key, "version": version}
    say(told, f"{key}, version {version}. The worker learns it.", as_json=as_json)


@goal_group.command("preview")
@click.argument("file", type=click.File("r"))
@as_json
def preview_goal(file: TextIO, *, as_json: bool) -> None:
    """Say how many past cases a goal would have; nothing is stored."""
    values = document_of(file, ScoringGoalDraftSchema())
    with command_context().database.read() as session:
        found = reading.preview(session, values["options"], now=web.utc_now())
    enough = "enough to learn from" if found.is_enough else "not enough to learn from"
    text = f"won {found.won}, lost {found.lost}, open {found.open}: {enough}."
    say(shown_preview(found), text, as_json=as_json)


@goal_group.command("best")
@click.argument("goal")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@as_json
def list_best(goal: str, limit: int, *, as_json: bool) -> None:
    """List the customers with the highest probabilities, with their reasons."""
    with command_context().database.read() as session:
        model = managing.get_goal(session, goal)
        found = reading.best(session, model, limit=limit)
        rows = [{**shown_best(session, one), "name": one.name} for one in found]
        lines = {row["customer_id"]: " ".join(map(said, row["reasons"])) for row in rows}
    say_rows(
        rows,
        lambda one: (
            f"{one['customer_id']}  {one['p']:6.1%}  {one['name']}  {lines[one['customer_id']]}"
        ),
        as_json=as_json,
    )


@goal_group.command("fit")
@click.argument("goal")
@as_json
def fit_goal(goal: str, *, as_json: bool) -> None:
    """Have the worker learn a goal anew."""
    with command_context().write() as session:
        model = managing.get_goal(session, goal)
        key, is_new = model.key, order_fit(session, model, "asked", now=web.utc_now())
    say({"key": key, "queued": is_new}, f"{key}: the worker learns it.", as_json=as_json)


@goal_group.command("archive")
@click.argument("goal")
@as_json
def archive_goal(goal: str, *, as_json: bool) -> None:
    """Put a goal away; its scores go, its versions stay."""
    _change(managing.archive_goal, goal, as_json=as_json)


@goal_group.command("restore")
@click.argument("goal")
@as_json
def restore_goal(goal: str, *, as_json: bool) -> None:
    """Take a goal out of the archive."""
    _change(managing.restore_goal, goal, as_json=as_json)


@goal_group.command("learners")
@as_json
def list_learners(*, as_json: bool) -> None:
    """List the learners that a goal can choose, also those that others brought."""
    found = [{"name": name} for name in (learners.AUTO, *learners.names())]
    say_rows(found, lambda one: one["name"], as_json=as_json)


COMMANDS: Final = (goal_group,)


def _change(act: Callable[..., Any], goal: str, *, as_json: bool) -> None:
    with command_context().write() as session:
        model = act(session, goal, now=web.utc_now())
        told = {"key": model.key, "state": model.state}
    say(told, f"{told['key']}: {told['state']}.", as_json=as_json)
