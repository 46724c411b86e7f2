"""``guanxi segment archive|restore|delete|copy|rules|uses``: what becomes of a segment."""

from typing import Any, Final

import click

from guanxi.sdk import command_context, web
from guanxi_segmentation.cli import as_json, language
from guanxi_segmentation.cli_options import say, say_rows
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.membership.usage import uses_of
from guanxi_segmentation.models import RuleVersion, Segment
from guanxi_segmentation.sentences import rule_in_words


@click.command("archive")
@click.argument("key")
@as_json
def archive_command(key: str, *, as_json: bool) -> None:
    """Put a segment away; its members leave, its history stays."""
    with command_context().write() as session:
        done = segments.archive(session, key, expected_version=None, now=web.utc_now())
        told = _told(done)
    say(told, f"{key} is in the archive.", as_json=as_json)


@click.command("restore")
@click.argument("key")
@as_json
def restore_command(key: str, *, as_json: bool) -> None:
    """Take a segment out of the archive; the worker finds its members."""
    with command_context().write() as session:
        done = segments.restore(session, key, expected_version=None, now=web.utc_now())
        told = _told(done)
    say(told, f"{key} is back. Its members are found by the worker.", as_json=as_json)


@click.command("delete")
@click.argument("key")
@as_json
def delete_command(key: str, *, as_json: bool) -> None:
    """Delete a segment with its history; refused while something uses it."""
    with command_context().write() as session:
        segments.delete(session, key, now=web.utc_now())
    say({"key": key}, f"{key} is deleted.", as_json=as_json)


@click.command("copy")
@click.argument("key")
@click.argument("title")
@click.option("--new-key", help="The key of the copy; one made of its title by default.")
@as_json
def copy_command(key: str, title: str, new_key: str | None, *, as_json: bool) -> None:
    """Make a segment called TITLE with the rule of another; a list takes its customers along."""
    with command_context().write() as session:
        draft = SegmentDraft(title_en=title, key=new_key)
        made = segments.clone(session, key, draft, now=web.utc_now())
        told = {"key": made.key, "version": made.version}
    say(told, f"{told['key']} is there.", as_json=as_json)


@click.command("rules")
@click.argument("key")
@language
@as_json
def rules_command(key: str, language: str, *, as_json: bool) -> None:
    """List the rules that a segment had, the latest first, each in words."""
    with command_context().database.read() as session:
        found = [
            {**_version(one), "sentence": rule_in_words(session, one.rule, language)}
            for one in segments.rule_versions(session, key)
            if one.rule is not None
        ]
    say_rows(
        found, lambda o: f"{o['version']}  {_moment(o['at'])}  {o['sentence']}", as_json=as_json
    )


@click.command("uses")
@click.argument("key")
@as_json
def uses_command(key: str, *, as_json: bool) -> None:
    """List what needs a segment, so that it cannot be archived or deleted."""
    names = ("kind", "key", "title_en", "title_zh")
    with command_context().database.read() as session:
        segments.get(session, key)
        found = [{name: getattr(one, name) for name in names} for one in uses_of(session, key)]
    say_rows(found, lambda o: f"{o['kind']}  {o['key']}  {o['title_en']}", as_json=as_json)


COMMANDS: Final = (
    archive_command,
    restore_command,
    delete_command,
    copy_command,
    rules_command,
    uses_command,
)


def _told(one: Segment) -> dict[str, Any]:
    return {"key": one.key, "state": one.state, "version": one.version}


def _version(one: RuleVersion) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("version", "rule", "at", "actor_name")}


def _moment(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
