"""``guanxi scoring export-lake`` and ``features``: data for engines, what each makes of them."""

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import click

from guanxi.sdk import Invalid, Refused, command_context, record, web
from guanxi_scoring.cli_input import Instant
from guanxi_scoring.cli_output import as_json, say
from guanxi_scoring.company import company
from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.schemas.models import ENGINES
from guanxi_scoring.texts import N_


@click.command("export-lake")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False), help="The folder; else the one set."
)
@as_json
def export_lake_command(folder: str | None, *, as_json: bool) -> None:
    """Write touchpoints as Parquet files by month, for DuckDB and Spark.

    Months that have not changed are left alone. The files name customers by their ids, so keep
    the folder as safe as the database, and export again after somebody's data was erased.
    """
    from guanxi_scoring.features.exporting import export  # noqa: PLC0415 -- heavy

    context, now = command_context(), web.utc_now()
    with context.database.snapshot() as session:
        place = folder or company(session).settings["lake"]
        if not place or "://" in place:
            raise Invalid(N_("Name a folder of this machine with --to."))
        done = export(session, Path(place).resolve(), now=now)
    told: dict[str, Any] = {
        "folder": str(Path(place).resolve()),
        "as_of": done.manifest.exported_at,
        "touchpoints": done.manifest.rows("touchpoints"),
        "lines": done.manifest.rows("lines"),
        "months": len(done.manifest.parts["touchpoints"]),
        "written": done.written,
        "removed": done.removed,
    }
    with context.write() as session:
        after = {name: told[name] for name in ("touchpoints", "lines", "months")}
        record(session, "scoring_lake.exported", ("scoring_lake", told["folder"]), after=after)
    say(
        told,
        f"{told['touchpoints']} touchpoints and {told['lines']} lines of {told['months']} months "
        f"in {told['folder']}; {len(done.written['touchpoints'])} months written.",
        as_json=as_json,
    )


@click.command("features")
@click.option("--engine", type=click.Choice(ENGINES), help="Where to compute; else as set.")
@click.option("--lake", default="", help="Where the lake lies; else as set.")
@click.option("--as-of", type=Instant(), help="As of an instant; else now.")
@as_json
def features_command(
    engine: str | None, lake: str, as_of: datetime | None, *, as_json: bool
) -> None:
    """Sum up purchase histories on an engine, to see that it works and how long it takes.

    All engines give the same fingerprint for the same data.
    """
    from guanxi_scoring.features.summarising import summarise  # noqa: PLC0415 -- heavy

    began = perf_counter()
    with command_context().database.snapshot() as session:
        try:
            found = summarise(
                session, as_of=as_of or web.utc_now(), engine=engine or "", location=lake
            )
        except CannotFit as error:
            raise Refused(error.message, **error.values) from error
    repeat = int((found.x > 0).sum())
    told = {
        "engine": found.engine,
        "as_of": found.as_of,
        "customers": len(found),
        "repeat_customers": repeat,
        "histories": len(found.aggregated()),
        "purchase_days": int(found.days.sum()),
        "fingerprint": found.fingerprint,
        "seconds": round(perf_counter() - began, 3),
    }
    say(
        told,
        f"{told['customers']} customers who bought, {repeat} of them again, with "
        f"{told['histories']} different histories ({found.engine}).",
        as_json=as_json,
    )


COMMANDS: Final = (export_lake_command, features_command)
