"""``guanxi segment ...``: segments on the command line, each command with ``--json``."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Invalid, NotFound, command_context, customers, settings_of, web
from guanxi_segmentation import gradual, rules
from guanxi_segmentation.explained import explained_document, lines_of
from guanxi_segmentation.membership import counts, segments
from guanxi_segmentation.membership.documents import exported, imported
from guanxi_segmentation.membership.explaining import explain
from guanxi_segmentation.membership.previewing import preview
from guanxi_segmentation.models import Membership
from guanxi_segmentation.schemas.segments import shown_segment
from guanxi_segmentation.sentences import in_words, rule_in_words
from guanxi_segmentation.texts import N_

LONGEST_FILE = 256 * 1024
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
language = click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", show_default=True,
    help="In which language sentences are.",
)  # fmt: skip


@click.command("list")
@click.option("--archived", is_flag=True, help="Those in the archive.")
@as_json
def list_command(*, archived: bool, as_json: bool) -> None:
    """List the segments with their number of members."""
    with command_context().database.read() as session:
        sizes = counts.members(session)
        found = [
            shown_segment(one, sizes.get(one.id, 0))
            for one in segments.listed(session, archived=archived)
        ]
    if as_json:
        write_json(found)
        return
    for one in found:
        state = "problem" if one["problem"] else "building" if one["building"] else "ok"
        click.echo(f"{one['key']:<40} {one['members']:>10} {state:<9} {one['title_en']}")


@click.command("show")
@click.argument("key")
@language
@as_json
def show_command(key: str, language: str, *, as_json: bool) -> None:
    """Show a segment: its rule in words, its members, its state."""
    with command_context().database.read() as session:
        segment = segments.get(session, key)
        shown = shown_segment(segment, counts.members(session).get(segment.id, 0))
        sentence = rule_in_words(session, segment.rule, language) if segment.rule else ""
    if as_json:
        write_json({**shown, "sentence": sentence})
        return
    click.echo(f"{shown['title_en']} / {shown['title_zh']} ({key})")
    click.echo(sentence or "A list put together by hand.")
    click.echo(f"{shown['members']} members, {shown['state']}, version {shown['version']}.")
    if shown["problem"]:
        click.echo(shown["problem"]["message"] % shown["problem"]["values"])


@click.command("preview")
@click.option("--rule", "file", type=click.File("r"), required=True, help="A file; - is stdin.")
@language
@as_json
def preview_command(file: TextIO, language: str, *, as_json: bool) -> None:
    """Say whom a rule would fit now; nothing is stored."""
    document = read_document(file)
    rule_document = document.get("rule", document) if isinstance(document, dict) else document
    with command_context().database.read() as session:
        found = preview(session, rule_document, now=web.utc_now(), seconds=60)
        sentence = in_words(session, rules.read(rule_document), language)
    if as_json:
        samples = [{"customer_id": one.customer_id, "name": one.name} for one in found.samples]
        told = {"count": found.count, "samples": samples, "sentence": sentence}
        write_json({**told, "held_from_now": found.held_from_now})
        return
    click.echo(sentence)
    if found.held_from_now:
        click.echo("What has to have been so for a while counts from when the rule is saved.")
    click.echo("More than can be counted in a minute." if found.count is None else found.count)
    for one in found.samples:
        click.echo(f"{one.customer_id}  {one.name}")


@click.command("explain")
@click.argument("key")
@click.argument("customer")
@language
@as_json
def explain_command(key: str, customer: str, language: str, *, as_json: bool) -> None:
    """Say why CUSTOMER (an id, e-mail address, phone number) is in a segment, or is not."""
    with command_context().database.read() as session:
        customer_id = find_customer(session, customer)
        found = explain(session, key, customer_id, now=web.utc_now())
        if as_json:
            write_json(explained_document(session, found, customer_id, language))
            return
        for line in lines_of(session, found, language):
            click.echo(line)


@click.command("rebuild")
@as_json
def rebuild_command(*, as_json: bool) -> None:
    """Work out scores, values, classes and membership of everybody anew, now."""
    changed = _rebuild()
    if as_json:
        write_json({"changed": changed})
    else:
        click.echo(f"{changed} memberships changed.")


def _rebuild() -> int:
    """Take all steps, each in its own transaction; first those of a rebuild that is going on."""
    context = command_context()
    told: dict[str, Any] = {"goes_on": True}
    while told:
        with context.write() as session:
            told = gradual.go_on(session)
    with context.write() as session:
        told = gradual.rebuild(session, as_of=web.utc_now(), job="rebuild")
    while told.get("goes_on"):
        with context.write() as session:
            told = gradual.go_on(session) or {"moved": told["moved"]}
    return int(told.get("moved", 0))


@click.command("export")
@click.argument("key")
@click.option("--definition", is_flag=True, help="The segment's definition, not its members.")
@as_json
def export_command(key: str, *, definition: bool, as_json: bool) -> None:
    """Write the members of a segment as CSV or JSON lines, or its definition, to stdout."""
    with command_context().database.snapshot() as session:
        segment = segments.get(session, key)
        if definition:
            write_json(exported(segment))
            return
        rows = _members(session, segment.id)
        if as_json:
            for row in rows:
                click.echo(json.dumps(row, ensure_ascii=False, default=str))
        else:
            _write_csv(rows)


@click.command("import")
@click.argument("file", type=click.File("r"))
@click.option("--replace", is_flag=True, help="Change the segment that has the key already.")
@as_json
def import_command(file: TextIO, *, replace: bool, as_json: bool) -> None:
    """Make a segment of a definition that was exported."""
    with command_context().write() as session:
        made = imported(session, read_document(file), replace=replace, now=web.utc_now())
        key, version = made.key, made.version
    if as_json:
        write_json({"key": key, "version": version})
    else:
        click.echo(f"{key} is there, version {version}. Its members are found by the worker.")


COMMANDS = (
    list_command,
    show_command,
    preview_command,
    explain_command,
    rebuild_command,
    export_command,
    import_command,
)


def read_document(file: TextIO) -> Any:
    """Return the JSON of a file.

    :raises Invalid: it is too long, or no JSON.
    """
    text = file.read(LONGEST_FILE + 1)
    if len(text) > LONGEST_FILE:
        raise Invalid(N_("The file is too long for a rule."))
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(N_("The file is not JSON.")) from None


def find_customer(session: Session, word: str) -> UUID:
    """Return the customer of an id, e-mail address, phone number or foreign id.

    :raises NotFound: nobody is known by it.
    """
    region = settings_of(session, "core")["phone_region"]
    found = customers.recognise(session, [word], region=region)[word]
    if found is None:
        raise NotFound(N_("Nobody is known by %(word)s."), word=word[:80])
    return found


def _members(session: Session, segment_id: UUID) -> Iterator[dict[str, Any]]:
    found = (
        select(
            Membership.customer_id,
            Customer.display_name,
            Membership.entered_at,
            Membership.entered_cause,
        )
        .join(Customer, Customer.id == Membership.customer_id)
        .where(Membership.segment_id == segment_id, Membership.left_at.is_(None))
        .order_by(Membership.customer_id)
    )
    for row in session.execute(found.execution_options(yield_per=1000)):
        yield {
            "customer_id": str(row.customer_id),
            "name": row.display_name,
            "entered_at": row.entered_at.isoformat(),
            "cause": row.entered_cause,
        }


def _write_csv(rows: Iterable[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(("customer_id", "name", "entered_at", "cause"))
    for row in rows:
        writer.writerow([web.neutralise(value) for value in row.values()])


def write_json(value: Any) -> None:
    """Write a value as JSON, whatever else it holds as text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
