"""``guanxi loyalty report NAME``: the reports at the terminal, as a table or as JSON."""

from datetime import datetime
from typing import Any

import click

from guanxi.sdk import command_context, web
from guanxi_loyalty.cli_options import ISO, as_json_option, aware, programme_option, write_json
from guanxi_loyalty.reports.asking import ask
from guanxi_loyalty.reports.tables import REPORTS, Table, table_of, titles
from guanxi_loyalty.schemas.reports import shown_report

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("report")
@click.argument("name", type=click.Choice(sorted(REPORTS)))
@programme_option
@click.option("--since", type=DAY, help="The first day, in the programme's zone.")
@click.option("--until", type=DAY, help="The last day.")
@click.option("--as-of", type=ISO, help="As of a past instant; without an offset in UTC.")
@as_json_option
def report_command(
    name: str,
    *,
    programme: str,
    since: datetime | None,
    until: datetime | None,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Show a report; without days of the last year in which something happened."""
    with command_context().database.read() as session:
        question = ask(
            session,
            programme,
            now=web.utc_now(),
            since=since.date() if since else None,
            until=until.date() if until else None,
            as_of=aware(as_of) if as_of else None,
        )
        table = table_of(session, name, question)
    if as_json:
        write_json(shown_report(question, table))
        return
    _write_table(table)


def _write_table(table: Table) -> None:
    rows = [titles(table.columns, "en"), *([_text(cell) for cell in row] for row in table.rows)]
    if len(table.rows) == 1:
        rows = [list(pair) for pair in zip(*rows, strict=True)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))


def _text(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return str(cell)


COMMANDS = (report_command,)
