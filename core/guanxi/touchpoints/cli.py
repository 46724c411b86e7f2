"""``guanxi vocabulary``: the lists of channels, kinds and outcomes, as their pages do."""

from typing import get_args

import click

from guanxi.command import CommandContext, pass_context
from guanxi.i18n import Text
from guanxi.touchpoints.domain import vocabulary
from guanxi.touchpoints.domain.vocabulary import ListName, Word

_LIST = click.argument("of", metavar="LIST", type=click.Choice(get_args(ListName)))
_SUCCESS = click.option("--good/--bad", "success", default=None, help="What an outcome means.")


@click.group("vocabulary")
def vocabulary_group() -> None:
    """Channels, kinds and outcomes of touchpoints: list, add, rename, archive."""


@vocabulary_group.command("list")
@_LIST
@pass_context
def list_words(context: CommandContext, of: ListName) -> None:
    """List the entries, archived ones too."""
    with context.database.read() as session:
        for word in vocabulary.list_words(session, of, archived=True):
            state = "archived" if word.archived else "offered"
            click.echo(f"{word.key}\t{word.title_en}\t{word.title_zh}\t{state}")


@vocabulary_group.command("add")
@_LIST
@click.argument("key")
@click.argument("title_en")
@click.argument("title_zh")
@_SUCCESS
@pass_context
def add(
    context: CommandContext,
    of: ListName,
    *,
    key: str,
    title_en: str,
    title_zh: str,
    success: bool | None,
) -> None:
    """Put an entry at the end of a list."""
    with context.write() as session:
        vocabulary.add(session, of, Word(key, Text(title_en, title_zh), success))
    click.echo("Added.")


@vocabulary_group.command("rename")
@_LIST
@click.argument("key")
@click.argument("title_en")
@click.argument("title_zh")
@_SUCCESS
@pass_context
def rename(
    context: CommandContext,
    of: ListName,
    *,
    key: str,
    title_en: str,
    title_zh: str,
    success: bool | None,
) -> None:
    """Give an entry other titles, and an outcome another meaning."""
    with context.write() as session:
        vocabulary.rename(session, of, Word(key, Text(title_en, title_zh), success))
    click.echo("Saved.")


@vocabulary_group.command("archive")
@_LIST
@click.argument("key")
@click.option("--restore", is_flag=True, help="Offer it again.")
@pass_context
def archive(context: CommandContext, of: ListName, key: str, *, restore: bool) -> None:
    """Stop offering an entry in forms; what uses it keeps it."""
    with context.write() as session:
        vocabulary.archive(session, of, key, archived=not restore)
    click.echo("Saved.")
