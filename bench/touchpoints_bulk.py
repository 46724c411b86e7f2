"""Recording a year of trade by ``record_many``, against a bare COPY of the same rows.

Both write touchpoints, lines, events and audit entries into the same tables of one database.
The limit: at most four times the bare COPY, and at least 5,000 touchpoints a second where they
have no lines.
"""

import csv
import gzip
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.db.bulk import copy_rows
from guanxi.db.write import SYSTEM
from guanxi.events.vocabulary import Line
from guanxi.ids import new_id
from guanxi.testkit.postgres import fresh_database, test_server
from guanxi.testkit.schema import create_schema
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import Recorded

DATA = Path(__file__).parent.parent / "demo" / "online-retail" / "online_retail.csv.gz"
LONDON = ZoneInfo("Europe/London")
CHUNK = 1_000
TABLES = ("touchpoints", "touchpoint_lines", "events", "audit_entries")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Print both times and their ratio."""
    with test_server() as server:
        url = fresh_database(server)
        create_schema(url)
        database = Database(url)
        customers: dict[str, UUID] = {}
        drafts = list(invoices(DATA, customers))
        add_customers(database, customers.values())
        ours = timed(lambda: record_all(database, drafts))
        bare = copied_bare(database)
        simple = timed(lambda: record_all(database, list(calls(customers))))
        database.dispose()
    lines = sum(len(draft.lines) for draft in drafts)
    print(f"{len(drafts)} touchpoints with {lines} lines: {ours:.2f} s, bare COPY {bare:.2f} s")
    print(f"ratio to a bare COPY: {ours / bare:.2f} (limit 4)")
    print(f"touchpoints without lines: {20_000 / simple:.0f} per second (limit 5000)")


def invoices(data: Path, customers: dict[str, UUID]) -> Iterator[Draft]:
    """Yield a draft per invoice; ``customers`` gets an id for each customer met."""
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(data, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["InvoiceNo"], []).append(row)
    for number, rows in found.items():
        known = rows[0]["CustomerID"]
        lines = tuple(line_of(row) for row in rows)
        yield Draft(
            channel="website",
            kind="return" if sum(line.amount for line in lines) < 0 else "purchase",
            occurred_at=datetime.fromisoformat(rows[0]["InvoiceDate"]).replace(tzinfo=LONDON),
            customer_id=customers.setdefault(known, new_id()) if known else None,
            currency="GBP",
            lines=lines,
            source="shop",
            external_id=number,
        )


def line_of(row: dict[str, str]) -> Line:
    """Return the line of one row of the file."""
    return Line(
        row["StockCode"],
        row["Description"] or None,
        Decimal(row["Quantity"]),
        Decimal(row["UnitPrice"]),
    )


def calls(customers: dict[str, UUID]) -> Iterator[Draft]:
    """Yield 20,000 calls, spread over the customers."""
    ids = list(customers.values())
    for i in range(20_000):
        yield Draft(
            channel="phone",
            kind="call",
            occurred_at=NOW,
            customer_id=ids[i % len(ids)],
            note="Asked about the delivery.",
            source="telephone",
            external_id=str(i),
        )


def add_customers(database: Database, ids: Iterable[UUID]) -> None:
    """Write customers to whom the touchpoints can belong."""
    with database.write(SYSTEM, now=NOW) as session:
        session.execute(
            insert(Customer),
            [
                {
                    "id": customer_id,
                    "kind": "person",
                    "display_name": "A",
                    "sort_name": "a",
                    "created_at": NOW,
                    "updated_at": NOW,
                }
                for customer_id in ids
            ],
        )


def record_all(database: Database, drafts: list[Draft]) -> None:
    """Record ``drafts`` in transactions of a thousand."""
    for start in range(0, len(drafts), CHUNK):
        with database.write(SYSTEM, now=NOW) as session:
            results = record_many(session, drafts[start : start + CHUNK], now=NOW)
        failed = [result for result in results if not isinstance(result, Recorded)]
        if failed:
            raise failed[0]


def copied_bare(database: Database) -> float:
    """Return how long it takes to COPY the same rows into the same tables, once more emptied."""
    kept = {name: everything(database, name) for name in TABLES}
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(TABLES)} CASCADE"))
    return timed(lambda: copy_all(database, kept))


def everything(database: Database, name: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Return the columns and rows of a table; identity columns are left to the database."""
    with database.read() as session:
        result = session.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 -- one of TABLES
        columns = tuple(result.keys())
        skip = {"position"} if name == "events" else {"id"} if name == "audit_entries" else set()
        at = [i for i, column in enumerate(columns) if column not in skip]
        return tuple(columns[i] for i in at), [tuple(row[i] for i in at) for row in result]


def copy_all(
    database: Database, kept: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]
) -> None:
    """COPY all rows in one transaction."""
    with Session(database.engine) as session:
        for name, (columns, rows) in kept.items():
            copy_rows(session, Customer.metadata.tables[name], columns, rows)
        session.commit()


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
