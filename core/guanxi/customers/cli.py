"""``guanxi field`` and ``guanxi tag``: custom fields and tags, as their admin pages do."""

from typing import Any

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.customers.domain import custom_fields, tagging
from guanxi.customers.domain.custom_values import TYPES
from guanxi.db import json

_SHOWN = ("key", "type", *custom_fields.CHANGEABLE)


@click.group("field")
def field_group() -> None:
    """Custom fields of customers: list, create, change."""


@field_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_fields(context: CommandContext, *, as_json: bool) -> None:
    """List custom fields, archived ones last."""
    with context.database.read() as session:
        for field in custom_fields.all_fields(session):
            if as_json:
                click.echo(json.dumps({name: getattr(field, name) for name in _SHOWN}))
                continue
            state = "archived" if field.archived else "in use"
            click.echo(f"{field.key}\t{field.type}\t{field.title_en}\t{field.title_zh}\t{state}")


@field_group.command("create")
@click.argument("key")
@click.argument("kind", metavar="TYPE", type=click.Choice(list(TYPES)))
@click.option("--title-en", required=True)
@click.option("--title-zh", required=True)
@click.option("--choice", "choices", multiple=True, help="For types with choices; repeatable.")
@click.option("--applies-to", type=click.Choice(("both", "person", "organisation")))
@click.option("--sensitive", is_flag=True, help="Seen with customers.sensitive only.")
@pass_context
def create(context: CommandContext, /, key: str, kind: str, **values: Any) -> None:
    """Add a field; its key and type stay for ever."""
    with context.write() as session:
        custom_fields.create_field(session, key, kind, _given(values))
    click.echo("Made.")


@field_group.command("change")
@click.argument("key")
@click.option("--title-en")
@click.option("--title-zh")
@click.option("--choice", "choices", multiple=True, help="All of them; repeatable.")
@click.option("--applies-to", type=click.Choice(("both", "person", "organisation")))
@click.option("--sensitive/--open", default=None)
@click.option("--archive/--restore", "archived", default=None)
@click.option("--position", type=int)
@pass_context
def change(context: CommandContext, /, key: str, **values: Any) -> None:
    """Change a field; what is not named stays."""
    with context.write() as session:
        custom_fields.change_field(session, key, _given(values))
    click.echo("Saved.")


@click.group("tag")
def tag_group() -> None:
    """Tags of customers: list, colour, rename, delete."""


@tag_group.command("list")
@pass_context
def list_tags(context: CommandContext) -> None:
    """List tags with their colours."""
    with context.database.read() as session:
        for tag in tagging.all_tags(session):
            click.echo(f"{tag.name}\t{tag.colour}")


@tag_group.command("colour")
@click.argument("name")
@click.argument("colour")
@pass_context
def colour_tag(context: CommandContext, name: str, colour: str) -> None:
    """Make a tag, or give it another colour."""
    with context.write() as session:
        tagging.set_colour(session, name, colour)
    click.echo("Saved.")


@tag_group.command("rename")
@click.argument("name")
@click.argument("new_name")
@pass_context
def rename(context: CommandContext, name: str, new_name: str) -> None:
    """Rename a tag with all customers that have it, or join it to another."""
    with context.write() as session:
        number = tagging.rename_tag(session, name, new_name, now=utc_now())
    click.echo(f"{number} customers have it.")


@tag_group.command("delete")
@click.argument("name")
@pass_context
def delete(context: CommandContext, name: str) -> None:
    """Take a tag off all customers and forget it."""
    with context.write() as session:
        number = tagging.delete_tag(session, name, now=utc_now())
    click.echo(f"{number} customers had it.")


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None and value != ()
    }
