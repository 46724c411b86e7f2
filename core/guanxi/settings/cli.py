"""``guanxi settings``: show, change, look back and roll back, as the Settings pages do."""

import click
from marshmallow import Schema, ValidationError, fields

from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.errors import Invalid
from guanxi.settings.form import form_values
from guanxi.settings.store import history


@click.group("settings")
def settings_group() -> None:
    """Settings of the core and of plugins."""


@settings_group.command("scopes")
@pass_context
def scopes(context: CommandContext) -> None:
    """List the parts that have settings: core, and plugins."""
    for scope in context.platform.settings.scopes():
        click.echo(scope)


@settings_group.command("show")
@click.argument("scope", default="core")
@pass_context
def show(context: CommandContext, scope: str) -> None:
    """Print the values of one scope as JSON; secrets are masked."""
    with context.database.read() as session:
        click.echo(json.dumps(context.platform.settings.shown(session, scope)))


@settings_group.command("set")
@click.argument("scope")
@click.argument("pairs", nargs=-1, required=True, metavar="NAME=VALUE...")
@pass_context
def set_values(context: CommandContext, scope: str, pairs: tuple[str, ...]) -> None:
    """Change values, for example: guanxi settings set core currency=CNY."""
    store = context.platform.settings
    given = dict(pair.partition("=")[::2] for pair in pairs)
    schema = store.schema(scope)
    parsed = form_values(schema, _with_boxes(schema, given))
    with context.write() as session:
        store.change(
            session, scope, {name: parsed.get(name, value) for name, value in given.items()}
        )
    click.echo("Saved.")


@settings_group.command("history")
@click.argument("scope", default="core")
@pass_context
def show_history(context: CommandContext, scope: str) -> None:
    """List changes, newest first, with the number that roll-back takes."""
    with context.database.read() as session:
        for change in context.platform.settings.differences(history(session, scope)):
            fields = "; ".join(f"{name}: {old!r} -> {new!r}" for name, old, new in change.fields)
            click.echo(f"{change.id}\t{change.at.isoformat()}\t{change.actor_name}\t{fields}")


@settings_group.command("roll-back")
@click.argument("history_id", type=int)
@pass_context
def roll_back(context: CommandContext, history_id: int) -> None:
    """Make the values before one change the current ones."""
    with context.write() as session:
        context.platform.settings.roll_back(session, history_id)
    click.echo("Rolled back.")


def _with_boxes(schema: Schema, given: dict[str, str]) -> dict[str, str]:
    """Return ``given`` with yes and no as a form sends a ticked and an unticked box."""
    return {
        name: _box(name, value) if isinstance(schema.fields.get(name), fields.Boolean) else value
        for name, value in given.items()
    }


def _box(name: str, value: str) -> str:
    try:
        return "1" if fields.Boolean().deserialize(value.lower()) else "0"
    except ValidationError:
        raise Invalid("%(name)s is true or false.", name=name) from None
