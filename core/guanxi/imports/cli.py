"""``guanxi import FILE`` and ``guanxi imports``: what the Imports pages do, at the terminal."""

from pathlib import Path
from uuid import UUID

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.errors import Invalid
from guanxi.exports.files import RefusedRow, error_csv
from guanxi.garbage import settle
from guanxi.i18n import Text
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import Counts, Run, get_import, reason_of, refusals, undo, upload
from guanxi.imports.files import Choices
from guanxi.imports.files.encoding import ENCODINGS
from guanxi.imports.importers import KINDS, kind_of
from guanxi.imports.models import Import
from guanxi.platform import Platform

_HOLDS = f"What it holds: {', '.join(sorted(KINDS))}, or a kind that a plugin brings."


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--importer", required=True, metavar="KIND", help=_HOLDS)
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path, exists=True),
    help="JSON with columns, constants, options; else column names are recognised.",
)
@click.option("--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="Repeatable.")
@click.option(
    "--set",
    "constants",
    multiple=True,
    metavar="FIELD=VALUE",
    help="One value for all rows; repeatable.",
)
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="time_zone, date_order (day_first, month_first), decimal_comma (true).",
)
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Else recognised.")
@click.option("--delimiter", help="What separates cells; else recognised.")
@click.option("--sheet", help="Of a workbook; else the first that is not empty.")
@click.option("--header/--no-header", default=None, help="Is the first row names? Else recognised.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, write nothing.")
@click.option("--errors", type=click.Path(path_type=Path), help="Where to write refused rows.")
@pass_context
def import_command(
    context: CommandContext,
    *,
    file: Path,
    importer: str,
    mapping_file: Path | None,
    columns: tuple[str, ...],
    constants: tuple[str, ...],
    options: tuple[str, ...],
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    header: bool | None,
    dry_run: bool,
    errors: Path | None,
) -> None:
    """Import FILE (CSV or XLSX) and wait for it."""
    platform = context.platform
    settle()
    with context.write() as session:
        choices = Choices(encoding, delimiter, None, sheet, header)
        row = upload(
            session, platform.files, importer, file, file.name, choices=choices, now=utc_now()
        )
        mapping = _mapping(row, mapping_file, columns, constants, options)
        row.mapping = mappings.as_dict(mapping)
    work = Run(platform, row.id, now=utc_now())
    if dry_run:
        _show(work.check())
        return
    _execute(platform, work, errors)


@click.group("imports")
def imports_group() -> None:
    """Imports so far: list, resume, errors, undo, fields."""


@imports_group.command("list")
@pass_context
def list_imports(context: CommandContext) -> None:
    """List imports, newest first."""
    with context.database.read() as session:
        for row in session.query(Import).order_by(Import.created_at.desc()).limit(50):
            counts = Counts.stored(row.counts).as_dict()
            counts.pop("samples")
            click.echo(f"{row.id}\t{row.state}\t{row.importer}\t{row.file_name}\t{counts}")


@imports_group.command("fields")
@click.argument("importer")
@pass_context
def fields(context: CommandContext, importer: str) -> None:
    """List the fields that columns can fill, the admin's own included."""
    with context.database.read() as session:
        for one in kind_of(session, importer).fields_in(session):
            title: Text = one.title
            required = "  (required)" if one.required else ""
            click.echo(f"{one.key}\t{title.en} / {title.zh}{required}")


@imports_group.command("resume")
@click.argument("import_id", type=click.UUID)
@click.option("--errors", type=click.Path(path_type=Path), help="Where to write refused rows.")
@pass_context
def resume(context: CommandContext, import_id: UUID, errors: Path | None) -> None:
    """Go on with an import that was stopped, or run one that was only checked."""
    _execute(context.platform, Run(context.platform, import_id, now=utc_now()), errors)


@imports_group.command("errors")
@click.argument("import_id", type=click.UUID)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@pass_context
def errors_command(context: CommandContext, import_id: UUID, output: Path) -> None:
    """Write the refused rows of an import with their reasons to a CSV file."""
    _write_errors(context.platform, output, Run(context.platform, import_id, now=utc_now()))


@imports_group.command("undo")
@click.argument("import_id", type=click.UUID)
@pass_context
def undo_command(context: CommandContext, import_id: UUID) -> None:
    """Take an import back."""
    done = undo(context.platform, import_id, now=utc_now(), actor=context.actor)
    click.echo(f"Taken back: {done.removed} removed, {done.restored} as before.")
    if done.kept:
        click.echo(f"{done.kept} stay as they are, because somebody has worked with them since.")


def _execute(platform: Platform, work: Run, errors: Path | None) -> None:
    with click.progressbar(length=1000, label="Importing", show_pos=False) as bar:
        state = {"at": 0}

        def progress(done: int, total: int) -> None:
            at = 1000 * done // max(total, 1)
            bar.update(at - state["at"])
            state["at"] = at

        work.execute(progress)
    with platform.database.read() as session:
        counts = Counts.stored(get_import(session, work.row.id).counts)
    _show(counts)
    if counts.refused and errors:
        _write_errors(platform, errors, work)
    click.echo(f"Take it back with: guanxi imports undo {work.row.id}")


def _mapping(
    row: Import,
    file: Path | None,
    columns: tuple[str, ...],
    constants: tuple[str, ...],
    options: tuple[str, ...],
) -> ColumnMapping:
    start = mappings.from_dict(json.loads(file.read_bytes()) if file else row.mapping)
    return ColumnMapping(
        {**start.columns, **_pairs(columns)},
        {**start.constants, **_pairs(constants)},
        {**start.options, **_pairs(options)},
    )


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if any(not separator for _, separator, _ in pairs):
        raise Invalid("Write NAME=VALUE.")
    return {name: value for name, _, value in pairs}


def _show(counts: Counts) -> None:
    click.echo(
        f"{counts.rows} rows: {counts.created} created, {counts.changed} changed, "
        f"{counts.unchanged} unchanged, {counts.refused} refused."
    )
    if counts.nameless:
        click.echo(
            f"{counts.nameless} have no name in the file and are called by what else is known."
        )
    for sample in counts.samples:
        if sample["outcome"] == "refused":
            reason = reason_of(sample["message"], sample["params"])
            click.echo(f"  row {sample['row_number']}: {reason}")


def _write_errors(platform: Platform, path: Path, work: Run) -> None:
    with platform.database.read() as session, path.open("wb") as file:
        rows = (
            RefusedRow(one.row_number, one.cells, reason_of(one.message, one.params))
            for one in refusals(session, work.row.id)
        )
        file.writelines(error_csv(work.file.header, rows))
    click.echo(f"Refused rows are in {path}; correct them there and import it.")
