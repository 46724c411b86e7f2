"""A year of real trade by the very import that a user has, and 100,000 customers from a file.

Online Retail (541,909 order lines, 25,900 invoices, 4,372 customers) goes in by ``guanxi demo``,
which is the import of a customers file and of a file of trade; the customers with name, e-mail
and phone by ``guanxi import``. Each is a process of its own, from its start to its end, on a
durable PostgreSQL.

Limits: trade under 30 s, under 500 MB, at most ten times a bare COPY of the same rows into the
same tables (text made beforehand, one transaction); customers at least 20 times Odoo 19's 551
rows per second.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql
from sqlalchemy import make_url

from bench.kept import durable_server, migrated_database
from guanxi.demo import names as invented
from guanxi.testkit.postgres import Server

LIMIT_SECONDS, LIMIT_MEGABYTES, LIMIT_RATIO = 30, 500, 10
ODOO = 551
CUSTOMERS = 100_000
TABLES = (
    "customers",
    "customer_identities",
    "touchpoints",
    "touchpoint_lines",
    "events",
    "audit_entries",
)
_COUNTED = {"customers": 4_372, "touchpoints": 25_900, "touchpoint_lines": 541_909}


def main() -> None:
    """Print times, memory and ratios."""
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        _report_trade(server, Path(folder))
        _report_customers(server, Path(folder))


def _report_trade(server: Server, folder: Path) -> None:
    with migrated_database(server) as url:
        seconds, megabytes = command(url, folder / "home", "demo")
        _check(url, _COUNTED)
        bare = copied_bare(url, folder)
    print(
        f"Online Retail: {seconds:.1f} s ({seconds / LIMIT_SECONDS:.2f} of the limit), peak "
        f"{megabytes:.0f} MB ({megabytes / LIMIT_MEGABYTES:.2f} of the limit)"
    )
    print(f"bare COPY of the same rows: {bare:.2f} s, ratio {seconds / bare:.1f} (limit 10)")


def _report_customers(server: Server, folder: Path) -> None:
    file = folder / "customers.csv"
    write_customers(file)
    with migrated_database(server) as url:
        seconds, megabytes = command(url, folder / "other", "import", str(file))
        _check(url, {"customers": CUSTOMERS})
        bare = copied_bare(url, folder)
    rate = CUSTOMERS / seconds
    print(
        f"{CUSTOMERS} customers: {seconds:.1f} s, {rate:.0f} rows per second, "
        f"{rate / ODOO:.1f} times Odoo's {ODOO} (limit 20), peak {megabytes:.0f} MB; "
        f"bare COPY {bare:.2f} s, ratio {seconds / bare:.1f}"
    )


def command(url: str, home: Path, name: str, *arguments: str) -> tuple[float, float]:
    """Run ``guanxi NAME`` and return its seconds, and the megabytes that it had at its peak."""
    more = ("--importer", "customers") if name == "import" else ()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "guanxi", name, *arguments, *more],
        env={**os.environ, "DATABASE_URL": url, "GUANXI_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("It did not succeed: guanxi " + name)
    return seconds, usage.ru_maxrss / 1024


def copied_bare(url: str, folder: Path) -> float:
    """Return the seconds in which the rows that are there can be copied in once more."""
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo) as connection:
        for table in TABLES:
            _unload(connection, table, folder / table)
        _drop_tables_of_plugins(connection)
        connection.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        connection.commit()
        started = time.perf_counter()
        for table in TABLES:
            _load(connection, table, folder / table)
        connection.commit()
        return time.perf_counter() - started


def _drop_tables_of_plugins(connection: psycopg.Connection[Any]) -> None:
    """They refer to the core's, and a ledger refuses to be emptied."""
    prefixes = [f"{found.name}_" for found in entry_points(group="guanxi.plugins")]
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND EXISTS (SELECT FROM unnest(%s::text[]) AS prefix WHERE tablename ^@ prefix)",
        [prefixes],
    )
    for (table,) in tables.fetchall():
        connection.execute(
            psycopg.sql.SQL("DROP TABLE {} CASCADE").format(psycopg.sql.Identifier(table))
        )


def _unload(connection: psycopg.Connection[Any], table: str, path: Path) -> None:
    copy_out = f"COPY {table} TO STDOUT"
    with path.open("wb") as file, connection.cursor().copy(copy_out) as copy:
        file.writelines(copy)


def _load(connection: psycopg.Connection[Any], table: str, path: Path) -> None:
    copy_in = f"COPY {table} FROM STDIN"
    with path.open("rb") as file, connection.cursor().copy(copy_in) as copy:
        while block := file.read(1 << 16):
            copy.write(block)


def write_customers(file: Path) -> None:
    """Write a file of customers, every other one with a Chinese name."""
    rng = random.Random(1)  # noqa: S311 -- people, not secrets
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("name", "email", "phone", "city"))
        for number in range(CUSTOMERS):
            name, city = f"{rng.choice(invented.ENGLISH_GIVEN)} ", "London"
            name += rng.choice(invented.ENGLISH_FAMILY)
            if number % 2:
                given = rng.choices(invented.CHINESE_GIVEN, k=rng.choice((1, 2, 2)))
                name, city = rng.choice(invented.CHINESE_FAMILY) + "".join(given), "上海"
            phone = f"+86138{number:08d}" if number % 2 else f"+44 7400 {number:06d}"
            writer.writerow((name, f"m{number}@example.com", phone, city))


def _check(url: str, expected: dict[str, int]) -> None:
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo) as connection:
        for table, rows in expected.items():
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            if found != (rows,):
                raise RuntimeError(table, found, rows)


if __name__ == "__main__":
    main()
