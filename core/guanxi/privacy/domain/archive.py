"""A person's data as a file that programs and people can read: JSON, and a CSV for each table."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from guanxi.db import json
from guanxi.exports.files.formulas import neutralise

_SCALARS = (str, int, float, bool, type(None))


def write_archive(path: Path, data: Mapping[str, Any]) -> None:
    """Write ``data`` as ``collecting.collect`` returns it; the file appears only when complete."""
    part = path.with_name(path.name + ".part")
    plain = json.loads(json.dumps_bytes(data))
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps_bytes(data))
        for name, records in plain["core"].items():
            archive.writestr(f"{name}.csv", csv_of(records))
        for plugin, told in plain["plugins"].items():
            archive.writestr(f"plugins/{plugin}.json", json.dumps_bytes(told))
    part.replace(path)


def csv_of(records: Sequence[Mapping[str, Any]]) -> str:
    """Return records as CSV with a byte order mark, so that spreadsheets show Chinese.

    What a spreadsheet could take for a formula is neutralised; lists and objects are JSON.
    """
    names = list(dict.fromkeys(name for record in records for name in record))
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(names)
    for record in records:
        writer.writerow([_cell(record.get(name)) for name in names])
    return target.getvalue()


def _cell(value: Any) -> Any:
    return neutralise(value if isinstance(value, _SCALARS) else json.dumps(value))
