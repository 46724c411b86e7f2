"""One new purchase, and all that scoring stores of the customer who made it, step by step.

The company is the demo: a year of real trade, 4,372 customers, every ready-made model fitted and
in force. Each of 300 customers, one after the other, buys three products on the last day of it;
the purchase is committed first, and its commit is the peer. Then all steps look at that customer
in one transaction, as a worker does, with its connection kept. The first dozen is not counted: a
connection makes its plans then.

Limit: 5 ms for the summary, the lifetime scores and the potential, with the locks and versions
before them. Processor time is this process's own; what the database takes is in the time by the
clock.
"""

import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from os import getloadavg
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.kept import durable_server, kept_database
from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db.write import SYSTEM
from guanxi.demo.load import load_demo
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi_scoring import demo, jobs, reacting
from guanxi_scoring.churn.rhythm import refreshing
from guanxi_scoring.features import summaries
from guanxi_scoring.insight import potential
from guanxi_scoring.life import reaction
from guanxi_scoring.mining import preferences

CUSTOMERS: Final = 312
FIRST: Final = 12
MILLISECONDS: Final = 5.0
LIMITED: Final = ("locks and versions", "summaries", "lifetime", "potential")

_PURCHASE: Final = text(
    """
    INSERT INTO touchpoints (id, customer_id, channel, kind, direction, occurred_at, amount,
                             currency, source, created_at, updated_at)
    VALUES (:id, :customer, 'website', 'purchase', 'in', :at, 30, 'GBP', 'bench', :at, :at)
    """
)
_LINES: Final = text(
    """
    INSERT INTO touchpoint_lines (touchpoint_id, number, product, quantity, unit_price)
    SELECT :id, n, product, 1, 10
    FROM unnest(CAST(:products AS text[])) WITH ORDINALITY AS p (product, n)
    """
)
_SCORES: Final = text("SELECT x, clv_12m FROM scoring_lifetime WHERE customer_id = :customer")
_BUYERS: Final = text("SELECT customer_id FROM scoring_lifetime WHERE x > 0 ORDER BY customer_id")
_SOLD: Final = text("SELECT product FROM scoring_products ORDER BY buyers DESC, product LIMIT 200")


class _Clocks:
    """Times by what was done, by the clock and of this process."""

    def __init__(self) -> None:
        self.clock: dict[str, list[float]] = defaultdict(list)
        self.processor: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a block, in milliseconds."""
        began, used = time.perf_counter(), time.process_time()
        yield
        self.clock[name].append(1000 * (time.perf_counter() - began))
        self.processor[name].append(1000 * (time.process_time() - used))


def main() -> None:
    """Print what each step takes."""
    with durable_server() as server, _company(server) as platform:
        clocks = _measured(platform)
    clock = clocks.clock
    print(f"{CUSTOMERS - FIRST} purchases of as many customers; load {getloadavg()[0]:.1f}")
    for name, times in clock.items():
        print(f"{name:>20}: {_told(times, clocks.processor[name])}")
    scored = [sum(each) for each in zip(*(clock[name] for name in LIMITED), strict=True)]
    median, bare = statistics.median(scored), statistics.median(clock["purchase, committed"])
    print(
        f"summary, lifetime, potential: median {median:.2f} ms, 99th percentile "
        f"{_slow(scored):.2f} ms; {median / MILLISECONDS:.2f} of the limit of {MILLISECONDS:g} ms, "
        f"{median / bare:.2f} times the purchase with its commit"
    )


def _measured(platform: Platform) -> _Clocks:
    draw, clocks = random.Random(1), _Clocks()  # noqa: S311 -- who buys is no secret
    with platform.database.read() as session:
        now = demo.end_of_trade(session, utc_now())
        buyers, products = session.scalars(_BUYERS).all(), session.scalars(_SOLD).all()
    if now is None:
        raise RuntimeError("There is no trade.")
    for number, customer in enumerate(draw.sample(buyers, CUSTOMERS)):
        if number == FIRST:
            clocks = _Clocks()
        before = _scores(platform, customer)
        with clocks.timed("purchase, committed"):
            _buy(platform, customer, draw.sample(products, 3), now)
        with clocks.timed("all of it, committed"), _writing(platform, now) as session:
            _react(session, customer, now, clocks)
        if _scores(platform, customer) == before:
            raise RuntimeError("The purchase changed nothing.")
    return clocks


def _scores(platform: Platform, customer: UUID) -> Any:
    with platform.database.read() as session:
        return session.execute(_SCORES, {"customer": customer}).one()


def _react(session: Session, customer: UUID, now: datetime, clocks: _Clocks) -> None:
    with ExitStack() as stack:
        with clocks.timed("locks and versions"):
            stack.enter_context(reaction.open_for(session, 1))
        for step in reacting.STEPS:
            with clocks.timed(step.__name__.strip("_").replace("_", " ")):
                step(session, [customer], now)


def _buy(platform: Platform, customer: UUID, products: Sequence[str], now: datetime) -> None:
    at, touchpoint = now - timedelta(seconds=1), new_id()
    with _writing(platform, now) as session:
        session.execute(_PURCHASE, {"id": touchpoint, "customer": customer, "at": at})
        session.execute(_LINES, {"id": touchpoint, "products": list(products)})


def _told(times: list[float], used: list[float]) -> str:
    return (
        f"median {statistics.median(times):6.2f} ms, 99th percentile {_slow(times):7.2f} ms; "
        f"processor {statistics.median(used):5.2f} ms"
    )


def _slow(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def _writing(platform: Platform, now: datetime) -> Any:
    return platform.database.write(SYSTEM, now=now, dispatcher=platform.dispatcher)


@contextmanager
def _company(server: Server) -> Iterator[Platform]:
    kept = kept_database(server, "scored_demo", _fill, of=Path(__file__))
    url = fresh_database(server, kept)
    try:
        with _platform(url) as platform:
            yield platform
    finally:
        drop_database(url)


def _fill(url: str) -> None:
    with _platform(url) as platform:
        load_demo(platform, lambda *_: None)
        enable(platform.database, platform.host, "scoring", actor=SYSTEM, now=utc_now())
        platform.host.refresh_from(platform.database)
        now = utc_now()
        for work in (demo.fill, _rebuild):
            with _writing(platform, now) as session:
                work(session, now)
        for job in (jobs.fit, jobs.score):
            told: Any = True
            while told:
                with _writing(platform, now) as session:
                    told = job(session, now)
        with _writing(platform, now) as session:
            potential.refresh(session)
            session.execute(text("ANALYZE"))


def _rebuild(session: Session, now: datetime) -> None:
    summaries.rebuild(session, now=now)
    refreshing.rebuild(session, now=now)
    preferences.infer_everybody(session, now)


@contextmanager
def _platform(url: str) -> Iterator[Platform]:
    with tempfile.TemporaryDirectory() as folder:
        platform = build_platform(Config(home=Path(folder)), url)
        try:
            yield platform
        finally:
            platform.database.dispose()


if __name__ == "__main__":
    main()
