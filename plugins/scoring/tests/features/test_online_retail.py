"""A real year of trade, summed up by every engine: the same figures of each of 4,300 customers."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from plugins.scoring.tests.features.histories import add, add_people, expected, touch
from plugins.scoring.tests.features.java import require_java
from plugins.scoring.tests.features.reading import told

from guanxi_scoring.features.exporting import export
from guanxi_scoring.features.summarising import summarise

FILE = Path(__file__).parents[4] / "demo" / "online-retail" / "online_retail.csv.gz"
LONDON = ZoneInfo("Europe/London")
END = datetime(2011, 12, 10, tzinfo=UTC)
CUT = date(2011, 9, 1)


def _invoices() -> Iterator[tuple[str, datetime, Decimal]]:
    """Yield number of the customer, instant and amount of each invoice."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["InvoiceNo"]].append(row)
    for rows in found.values():
        at = datetime.fromisoformat(rows[0]["InvoiceDate"]).replace(tzinfo=LONDON)
        amount = sum((int(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in rows), Decimal(0))
        yield rows[0]["CustomerID"], at.astimezone(UTC), amount


@pytest.mark.slow
def test_all_engines_sum_up_the_trade_of_a_real_year_alike(writing, configure, now, lake):
    require_java()
    configure(time_zone="Europe/London", spark_master="local[2]")
    invoices = list(_invoices())
    numbers = sorted({number for number, _, _ in invoices if number})
    with writing() as session:
        people: dict[str, UUID] = dict(
            zip(numbers, add_people(session, len(numbers), now), strict=True)
        )
        rows = [
            touch(people.get(number), at, str(amount), kind="return" if amount < 0 else "purchase")
            for number, at, amount in invoices
        ]
        add(session, rows)
        export(session, lake, now=now)
        found = {
            engine: summarise(session, as_of=END, engine=engine, location=str(lake), cut=CUT)
            for engine in ("postgres", "duckdb", "spark")
        }

    ours = told(found["postgres"])
    by_definition = expected(rows, as_of=END, zone="Europe/London")
    assert len(numbers) == 4372
    assert {
        one: {name: row[name] for name in by_definition[one]} for one, row in ours.items()
    } == by_definition
    assert told(found["duckdb"]) == ours
    assert told(found["spark"]) == ours
    assert len({one.fingerprint for one in found.values()}) == 1
