"""The calls of a bank as cases; see ``data/bank-marketing/SOURCE.md``."""

import csv
import gzip
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from uuid import UUID

from guanxi_scoring.propensity.samples import Sample

_FILE = Path(__file__).parents[1] / "data" / "bank-marketing" / "bank-additional-full.csv.gz"
_START = datetime(2008, 5, 1, tzinfo=UTC)
_NUMBERS = {"age", "campaign", "previous", "emp.var.rate", "cons.conf.idx", "euribor3m"}
_WORDS = {"job", "marital", "education", "contact", "month", "poutcome", "default"}


@cache
def calls(count: int = 41_188) -> tuple[Sample, ...]:
    """Return so many calls in a chance order that is always the same, one a minute.

    In the order of their dates the crisis of 2008 would make every model look wrong: the share
    of success rises from 5 to 50 percent. How good probabilities are is compared without that.
    """
    with gzip.open(_FILE, "rt") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    Random(2014).shuffle(rows)
    return tuple(_sample(number, row) for number, row in enumerate(rows[:count]))


def _sample(number: int, row: dict[str, str]) -> Sample:
    words = {name: None if row[name] == "unknown" else row[name] for name in _WORDS}
    known = words | {name: float(row[name]) for name in _NUMBERS}
    known["pdays"] = None if row["pdays"] == "999" else float(row["pdays"])
    at = _START + timedelta(minutes=number)
    return Sample(UUID(int=number), at, at, known, row["y"] == "yes")
