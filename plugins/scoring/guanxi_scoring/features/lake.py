"""The lake: touchpoints as Parquet files by month, for engines beside the CRM's database.

``manifest.json`` names the files that belong together, and when they were written; whoever reads
goes by it alone. Each file is named after its contents, so a new one never takes the place of one
that is being read. ``exporting`` writes it.

    manifest.json
    touchpoints/month=2026-01/8d1f....parquet
    lines/month=2026-01/77ac....parquet
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.texts import N_

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
TABLES: Final = ("touchpoints", "lines")
SLACK: Final = timedelta(days=1)
"""A lake may be so much older than the instant that is asked about: it is written each night."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table in one month (UTC): how many, and a digest of what they hold."""

    rows: int
    digest: str


Parts = Mapping[str, Mapping[str, Part]]
"""By table and month, as ``2026-01``."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a lake holds: all that was known at ``exported_at``."""

    exported_at: datetime
    parts: Parts = field(default_factory=dict)

    def files(self, table: str) -> list[str]:
        """Return the files of a table, as paths in the lake."""
        return [file_of(table, month, one) for month, one in sorted(self.parts[table].items())]

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        return sum(one.rows for one in self.parts[table].values())

    def dump(self) -> str:
        """Return it as JSON."""
        tables = {
            table: {
                month: {"rows": one.rows, "digest": one.digest}
                for month, one in sorted(months.items())
            }
            for table, months in self.parts.items()
        }
        told = {"format": FORMAT, "exported_at": self.exported_at.isoformat(), "tables": tables}
        return json.dumps(told, indent=1) + "\n"


def file_of(table: str, month: str, part: Part) -> str:
    """Return the path of a file in the lake."""
    return f"{table}/month={month}/{part.digest}.parquet"


def parsed(text: str, place: str) -> Manifest:
    """Read a manifest.

    :raises CannotFit: it is none, or of another version.
    """
    try:
        told: Mapping[str, Any] = json.loads(text)
        if told["format"] != FORMAT:
            raise CannotFit(
                N_("The lake in %(place)s was written by another version. Export it anew."),
                place=place,
            )
        parts = {
            table: {month: Part(**one) for month, one in told["tables"][table].items()}
            for table in TABLES
        }
        return Manifest(datetime.fromisoformat(told["exported_at"]), parts)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CannotFit(
            N_(
                "The manifest of the lake in %(place)s cannot be read. Remove the folder and "
                "export the lake anew: guanxi scoring export-lake."
            ),
            place=place,
        ) from None


def read_manifest(place: str, *, as_of: datetime) -> Manifest:
    """Read the manifest of a lake on this machine that knows everything before ``as_of``.

    :raises CannotFit: there is no lake, or it is too old.
    """
    if not place:
        raise no_lake()
    try:
        text = (Path(place) / MANIFEST).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CannotFit(
            N_(
                "There is no lake in %(place)s. Write it with guanxi scoring export-lake --to "
                "%(place)s, or choose the engine postgres."
            ),
            place=place,
        ) from None
    return fresh(parsed(text, place), place, as_of=as_of)


def no_lake() -> CannotFit:
    """Return what to say where no lake is named."""
    return CannotFit(
        N_(
            "No lake is named. Write its folder into the settings of scoring and run guanxi "
            "scoring export-lake, or choose the engine postgres."
        )
    )


def fresh(manifest: Manifest, place: str, *, as_of: datetime) -> Manifest:
    """Return the manifest if its lake is young enough.

    :raises CannotFit: it is too old.
    """
    if manifest.exported_at + SLACK < as_of:
        raise CannotFit(
            N_(
                "The lake in %(place)s knows nothing after %(until)s, but figures of %(as_of)s "
                "are wanted. Export it again: guanxi scoring export-lake."
            ),
            place=place,
            until=f"{manifest.exported_at:%Y-%m-%d %H:%M} UTC",
            as_of=f"{as_of:%Y-%m-%d %H:%M} UTC",
        )
    return manifest


def missing_files(place: str, files: Sequence[str]) -> CannotFit | None:
    """Return what to say if files of a lake on this machine are gone; None: all are there."""
    gone = [one for one in files if not (Path(place) / one).exists()]
    if not gone:
        return None
    return CannotFit(
        N_(
            "The lake in %(place)s lacks %(file)s. If an export is running, try again after it; "
            "otherwise remove the folder and export the lake anew."
        ),
        place=place,
        file=gone[0],
    )
