"""One customer with 100,000 entries in each unit: balance, tier and a page of history, under 10 ms.

The tier is asked for twice: as it is stored, and when its time is over, so that it is worked out
again. ``GUANXI_BENCH_ENTRIES`` says how many entries, all of one year.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text

from bench.kept import durable_server
from bench.loyalty_club import NOW, club_on, fill, tidy
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.ledger.reading import standing, statement
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.tiers.policies import set_tiers, tiers_of
from guanxi_loyalty.tiers.standing import tier_of, work_out
from guanxi_loyalty.tiers.storing import join

ENTRIES = int(os.environ.get("GUANXI_BENCH_ENTRIES", "100000"))
ROUNDS = 50
LIMIT = 10
TIERS: Final = {
    "tiers": [
        {"key": "basic", "title_en": "Basic", "title_zh": "普通", "threshold": 0},
        {"key": "gold", "title_en": "Gold", "title_zh": "金卡", "threshold": 1000},
    ],
    "downgrade": "at_once",
}


def main() -> None:
    """Print medians and the slowest of some rounds."""
    with durable_server() as server, club_on(server) as (platform, _):
        _fill(platform)
        _report(platform)


def _fill(platform: Platform) -> None:
    year = timedelta(days=365)
    for unit in ("points", "qualifying"):
        fill(platform, 1, lots=ENTRIES, unit=unit, begins=NOW - year, step=year / ENTRIES)
    with platform.database.write(SYSTEM, now=NOW) as session:
        programme = find_programme(session, "club")
        set_tiers(session, programme, TIERS, now=NOW, by="bench", since=NOW - year)
        ann, bob = session.execute(text("SELECT id FROM customers ORDER BY id")).scalars()
        move = text("UPDATE loyalty_accounts SET customer_id = :ann WHERE customer_id = :bob")
        session.execute(move, {"ann": ann, "bob": bob})
        join(session, programme.id, {ann: NOW - year})
        book = tiers_of(session, programme)
        work_out(session, book, [ann], now=NOW)
    tidy(platform)


def _report(platform: Platform) -> None:
    later = NOW + timedelta(days=1, hours=1)
    with platform.database.read() as session:
        points = load_unit(session, "club", "points")
        book = tiers_of(session, find_programme(session, "club"))
        ann = session.execute(text("SELECT customer_id FROM loyalty_standings")).scalar_one()
        _time("balance", lambda: standing(session, points, ann, now=later))
        _time("a page of history", lambda: statement(session, points, ann))
        _time("tier", lambda: tier_of(session, book, ann, now=NOW))
        _time("tier, a day overdue", lambda: tier_of(session, book, ann, now=later))


def _time(what: str, asked: Callable[[], Any]) -> None:
    asked()
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        asked()
        took.append((time.perf_counter() - started) * 1000)
    median = statistics.median(took)
    print(
        f"{what} of a customer with {ENTRIES} entries: median {median:.1f} ms, slowest "
        f"{max(took):.1f} ms, ratio {median / LIMIT:.2f} (limit 1)"
    )


if __name__ == "__main__":
    main()
