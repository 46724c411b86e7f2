"""``guanxi export``: a list as a file, at the terminal."""

from pathlib import Path

import click

from guanxi.access.permissions import CORE_PERMISSIONS
from guanxi.access.principal import Principal
from guanxi.command import CommandContext, pass_context
from guanxi.exports.files import csv_stream, xlsx_file
from guanxi.exports.lists import LISTS, list_of


@click.command("export")
@click.argument("what", type=click.Choice(sorted(LISTS)))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--columns", default="", help="Attributes, separated by commas.")
@click.option("--where", "conditions", multiple=True, metavar="ATTRIBUTE__OPERATOR=VALUE")
@click.option("--language", type=click.Choice(("en", "zh")), default="en", help="Of the header.")
@pass_context
def export_command(
    context: CommandContext,
    *,
    what: str,
    output: Path,
    columns: str,
    conditions: tuple[str, ...],
    language: str,
) -> None:
    """Write a list to a CSV or XLSX file, by the ending of its name."""
    platform = context.platform
    permissions = (*CORE_PERMISSIONS, *platform.host.permissions())
    everything = frozenset(permission.name for permission in permissions)
    person = Principal(None, "command line", kind="system", permissions=everything, scope="all")
    arguments = [one.partition("=")[::2] for one in conditions]
    if columns:
        arguments.append(("columns", columns))
    with platform.database.snapshot() as session:
        header, rows = list_of(what).open(session, platform.catalogue, person, arguments, language)
        if output.suffix == ".xlsx":
            xlsx_file(output, header, rows)
        else:
            with output.open("wb") as file:
                file.writelines(csv_stream(header, rows))
    click.echo(f"Written to {output}.")
