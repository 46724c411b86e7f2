"""Replaying purchases into points: by one worker, at least 8,000 per second, in bounded memory.

``GUANXI_BENCH_PURCHASES`` says how many (500,000 by default), by 50,000 customers over a year; they
come in the worker's lists of 500, each in a transaction of its own.
"""

import os
import resource
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import text

from bench.kept import durable_server
from bench.loyalty_club import club_on
from guanxi.db.write import SYSTEM
from guanxi.garbage import settle
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.sdk import Line, TouchpointFacts, TouchpointRecorded
from guanxi_loyalty.earning import reacting
from guanxi_loyalty.earning.rules import RuleDraft, create_rule
from guanxi_loyalty.programmes import find_programme

PURCHASES = int(os.environ.get("GUANXI_BENCH_PURCHASES", "500000"))
CUSTOMERS = max(PURCHASES // 10, 1)
BATCH = int(os.environ.get("GUANXI_BENCH_BATCH", "500"))
LIMIT = 8000
START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=370)
PEOPLE = """
    INSERT INTO customers (id, kind, display_name, sort_name, created_at, updated_at)
    SELECT id, 'person', 'P', 'p', :at, :at FROM unnest(CAST(:ids AS uuid[])) AS new (id)
    """


def main() -> None:
    """Print the rate, its ratio to the limit, and the memory."""
    settle()  # as the worker does
    with durable_server() as server, club_on(server) as (platform, _):
        people = [new_id() for _ in range(CUSTOMERS)]
        with platform.database.write(SYSTEM, now=NOW) as session:
            session.execute(text(PEOPLE), {"ids": people, "at": START})
            programme = find_programme(session, "club")
            create_rule(session, programme, RuleDraft("base", "Base"), now=NOW, by="bench")
        _report(platform, people)


def _report(platform: Platform, people: list[UUID]) -> None:
    random = Random(1)  # noqa: S311 -- who buys is no secret
    spent, memory = 0.0, []
    for begin in range(0, PURCHASES, BATCH):
        count = min(BATCH, PURCHASES - begin)
        events = [_event(random, people, begin + n) for n in range(count)]
        started = time.perf_counter()
        with platform.database.write(SYSTEM, now=NOW) as session:
            reacting.recorded(session, events)
        spent += time.perf_counter() - started
        if begin in (0, PURCHASES // 2 // BATCH * BATCH):
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    with platform.database.read() as session:
        points = session.execute(text("SELECT sum(balance) FROM loyalty_accounts")).scalar_one()
    rate = PURCHASES / spent
    print(
        f"replay of {PURCHASES} purchases into {points} points by one worker: {rate:.0f}/s, "
        f"ratio {rate / LIMIT:.2f} (limit 1); memory {' -> '.join(map(str, memory))} MB"
    )


def _event(random: Random, people: list[UUID], number: int) -> TouchpointRecorded:
    who = random.choice(people)
    amount = Decimal(random.randrange(100, 20_000)) / 100
    facts = TouchpointFacts(
        channel="website",
        kind="purchase",
        direction="in",
        occurred_at=START + timedelta(days=365) * number / PURCHASES,
        customer_id=who,
        amount=amount,
        currency="GBP",
        lines=(Line("A", None, Decimal(1), amount),),
    )
    return TouchpointRecorded(customer_id=who, touchpoint_id=new_id(), touchpoint=facts)


if __name__ == "__main__":
    main()
