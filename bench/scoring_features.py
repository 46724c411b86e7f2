"""From ten million orders to scores, on three engines; and one customer after one more purchase.

The orders are those of ``segmentation_rfm`` in PostgreSQL, and as a lake that ``export`` writes.
Each run is a process of its own, which says how much memory it took at most; programs are loaded
before the clock starts, as a worker has them loaded, and Spark is up.

Limits: on DuckDB 5 s from orders to scores (summaries, a BG/NBD fit, two scores of each); on
PostgreSQL and Spark 1.5 times the same question written by hand, answers as columns in memory in
both cases; 1 GB of memory (of Spark, that of our process: Java's own is set by
``spark.driver.memory``); 5 ms for a purchase to its summary, committed.

Sizes come from ``GUANXI_BENCH_CUSTOMERS`` and ``GUANXI_BENCH_ORDERS``.
"""

import multiprocessing
import os
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from pyspark.sql import SparkSession
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.kept import durable_server, home
from bench.segmentation_rfm import CUSTOMERS, NOW, ORDERS, orders_database
from guanxi.db.database import driver_url
from guanxi.ids import new_id
from guanxi.settings.core import CoreSettings
from guanxi_scoring.btyd import BetaGeo
from guanxi_scoring.features import spark, summaries, summarising, summary
from guanxi_scoring.features.exporting import export
from guanxi_scoring.features.postgres import copied
from guanxi_scoring.models import PurchaseSummary, SummaryBasis
from guanxi_scoring.settings import ScoringSettings

RUNS: Final = 3
SINGLE: Final = 300
SECONDS: Final = 5.0
RATIO: Final = 1.5
MEGABYTES: Final = 1024
MILLISECONDS: Final = 5.0
TABLES: Final = [PurchaseSummary.__table__, SummaryBasis.__table__]

_BY_HAND: Final = """
    WITH days AS (
        SELECT customer_id, {day} AS day, sum(amount) AS bought
        FROM touchpoints
        WHERE state = 'recorded' AND kind IN ('purchase', 'return') AND currency = 'GBP'
          AND occurred_at < {now} AND customer_id IS NOT NULL
        GROUP BY 1, 2
    ), sums AS (
        SELECT customer_id, count(*) AS days, min(day) AS first_on, max(day) AS last_on,
               sum(bought) AS bought, {first} AS first_bought
        FROM days GROUP BY 1
    )
    SELECT customer_id, days - 1 AS x, {t_x} AS t_x, {age} AS age, {mean} AS spend FROM sums
"""
_MEAN: Final = (
    "coalesce(CAST(bought - first_bought AS double precision) / nullif(days - 1, 0), {nan})"
)
_IN_POSTGRES: Final = _BY_HAND.format(
    day="CAST(occurred_at AT TIME ZONE 'UTC' AS date)",
    now=f"TIMESTAMPTZ '{NOW.isoformat()}'",
    first="(array_agg(bought ORDER BY day))[1]",
    t_x="CAST(last_on - first_on AS bigint)",
    age=f"CAST(DATE '{NOW.date()}' - first_on AS bigint)",
    mean=_MEAN.format(nan="'NaN'"),
)
_IN_SPARK: Final = _BY_HAND.format(
    day="CAST(occurred_at AS date)",
    now=f"TIMESTAMP_NTZ '{NOW.replace(tzinfo=None).isoformat()}'",
    first="min_by(bought, day)",
    t_x="datediff(last_on, first_on)",
    age=f"datediff(DATE '{NOW.date()}', first_on)",
    mean=_MEAN.format(nan="double('NaN')").replace("double precision", "double"),
)


def main() -> None:
    """Print each figure beside its limit."""
    lake = home() / f"lake_{CUSTOMERS}_{ORDERS}"
    print(f"{CUSTOMERS:,} customers, {ORDERS:,} orders; medians of {RUNS}")
    with durable_server() as server:
        url = orders_database(server)
        shutil.rmtree(lake, ignore_errors=True)
        for label in ("export of the whole lake", "export of a lake without changes"):
            _tell(label, _apart(_export, url, lake), megabytes=MEGABYTES)
        runs = [_apart(_on_duckdb, url, lake) for _ in range(RUNS)]
        _tell("DuckDB, orders to scores", _middle(runs), seconds=SECONDS, megabytes=MEGABYTES)
        turns = [[_apart(one, url, lake) for one in _IN_TURN] for _ in range(RUNS)]
        hand, ours = map(list, zip(*turns, strict=True))
        _compare("PostgreSQL, summaries", _middle(ours), _middle(hand))
        both = _apart(_on_spark, url, lake)
        _compare("Spark, summaries", both, {"seconds": both["by_hand"]})
        prints = {runs[0]["fingerprint"], ours[0]["fingerprint"], both["fingerprint"]}
        print(f"different fingerprints of the engines: {len(prints)} (limit 1)")
        _tell("stored summaries built", _apart(_build, url, lake), megabytes=MEGABYTES)
        _tell("stored summaries read", _apart(_read, url, lake), megabytes=MEGABYTES)
        one = _apart(_one_purchase, url, lake)
    print(
        f"one purchase to its summary, committed: median {one['median']:.2f} ms, "
        f"99th percentile {one['slow']:.2f} ms (limit {MILLISECONDS:g})"
    )


def _export(url: str, lake: Path) -> dict[str, Any]:
    options = {"isolation_level": "REPEATABLE READ"}
    with _session(url, **options) as session, _measured() as found:
        export(session, lake, now=NOW)
    return found


def _on_duckdb(url: str, lake: Path) -> dict[str, Any]:
    with _session(url) as session, _measured() as found:
        summed = summarising.summarise(session, as_of=NOW, engine="duckdb", location=str(lake))
        after = time.perf_counter()
        rows = summed.aggregated()
        model = BetaGeo().fit(rows.x, rows.t_x, rows.T, weights=rows.count)
        fitted = time.perf_counter()
        alive = model.probability_alive(summed.x, summed.t_x, summed.T)
        expected = model.expected_purchases(90, summed.x, summed.t_x, summed.T)
    _require(len(alive) == len(expected) == len(summed))
    found["parts"] = (
        f"fit {fitted - after:.2f} s, scores {time.perf_counter() - fitted:.2f} s,"
        f" {len(summed):,} customers, {len(rows):,} histories"
    )
    return {**found, "fingerprint": summed.fingerprint}


def _on_postgres(url: str, lake: Path) -> dict[str, Any]:  # noqa: ARG001 -- as the others
    with _session(url) as session, _measured() as found:
        summed = summarising.summarise(session, as_of=NOW, engine="postgres")
    return {**found, "fingerprint": summed.fingerprint}


def _postgres_by_hand(url: str, lake: Path) -> dict[str, Any]:  # noqa: ARG001 -- as above
    kinds = {"customer_id": "id", "x": "whole", "t_x": "whole", "age": "whole", "spend": "real"}
    with _session(url) as session, _measured() as found:
        copied(session, _IN_POSTGRES, kinds)
    return found


_IN_TURN: Final = (_postgres_by_hand, _on_postgres)


def _on_spark(url: str, lake: Path) -> dict[str, Any]:  # noqa: ARG001 -- as above
    """Time both in one session, by turns; the first round warms Java up and is left out."""
    by_hand, ours, found = [], [], {}
    with spark.open_spark(str(lake), master="local[2]", as_of=NOW) as opened:
        running = cast(Any, SparkSession.getActiveSession())
        expression = summary.summary(
            opened.tables.touchpoints, as_of=NOW, zone="UTC", currency="GBP"
        )
        for _ in range(RUNS + 1):
            started = time.perf_counter()
            running.sql(_IN_SPARK).toArrow()
            by_hand.append(time.perf_counter() - started)
            with _measured() as found:
                columns = opened.fetch(expression)
                summed = summarising.sorted_summary("spark", NOW, columns)
            ours.append(found["seconds"])
    return {
        **found,
        "seconds": statistics.median(ours[1:]),
        "by_hand": statistics.median(by_hand[1:]),
        "fingerprint": summed.fingerprint,
    }


def _build(url: str, lake: Path) -> dict[str, Any]:  # noqa: ARG001 -- as above
    with _session(url) as session, _measured() as found:
        _empty(session)
        summaries.rebuild(session, now=NOW)
        session.commit()
    return found


def _read(url: str, lake: Path) -> dict[str, Any]:  # noqa: ARG001 -- as above
    with _session(url) as session, _measured() as found:
        read = summaries.everybody(session, as_of=NOW, now=NOW)
    _require(read is not None)
    found["parts"] = f"{len(read):,} customers"
    return found


def _one_purchase(url: str, lake: Path) -> dict[str, Any]:  # noqa: ARG001 -- as above
    """Record a purchase; the clock runs for what follows from it. All of them are taken back."""
    times, ids = [], []
    with _session(url) as session:
        session.execute(text("ANALYZE scoring_summaries"))
        session.commit()
        for number in range(SINGLE):
            customer = UUID(int=1 + number * 7919 % CUSTOMERS)
            ids.append(new_id())
            session.execute(_PURCHASE, {"id": ids[-1], "customer": customer, "at": NOW})
            session.commit()
            started = time.perf_counter()
            changed = summaries.refresh(session, [customer], NOW)
            session.commit()
            times.append(1000 * (time.perf_counter() - started))
            _require(changed == 1)
        session.execute(text("DELETE FROM touchpoints WHERE id = ANY(:ids)"), {"ids": ids})
        session.commit()
    return {"median": statistics.median(times), "slow": statistics.quantiles(times, n=100)[98]}


_PURCHASE: Final = text(
    """
    INSERT INTO touchpoints (id, customer_id, channel, kind, direction, occurred_at, amount,
                             currency, source, created_at, updated_at)
    VALUES (:id, :customer, 'website', 'purchase', 'in',
            CAST(:at AS timestamptz) - interval '1 second', 10, 'GBP', 'bench', :at, :at)
    """
)


def _empty(session: Session) -> None:
    connection = session.connection()
    PurchaseSummary.metadata.drop_all(connection, tables=TABLES)
    PurchaseSummary.metadata.create_all(connection, tables=TABLES)


@contextmanager
def _session(url: str, **options: Any) -> Iterator[Session]:
    connect = {"options": "-c timezone=UTC"}
    # It keeps its connection, as that of a worker does.
    engine = create_engine(driver_url(url), connect_args=connect, execution_options=options)
    with Session(engine, info={"settings": _settings, "defer_job": None}) as session:
        yield session
    engine.dispose()


def _settings(scope: str) -> dict[str, Any]:
    """The settings as installed, on days of UTC."""
    schema = CoreSettings() if scope == "core" else ScoringSettings()
    found = {name: field.load_default for name, field in schema.fields.items()}
    return {**found, "currency": "GBP", "time_zone": "UTC"}


@contextmanager
def _measured() -> Iterator[dict[str, Any]]:
    found: dict[str, Any] = {}
    started = time.perf_counter()
    yield found
    found["seconds"] = time.perf_counter() - started
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(work: Callable[[str, Path], dict[str, Any]], url: str, lake: Path) -> dict[str, Any]:
    """Run in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (url, lake))


def _require(holds: bool) -> None:  # noqa: FBT001 -- what is required
    if not holds:
        raise RuntimeError("The answer is not what it must be.")


def _middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    found = sorted(runs, key=lambda one: float(one["seconds"]))[len(runs) // 2]
    return {**found, "megabytes": max(one["megabytes"] for one in runs)}


def _tell(
    label: str, found: dict[str, Any], *, seconds: float | None = None, megabytes: float
) -> None:
    limit = f" (limit {seconds:g})" if seconds else ""
    parts = f" ({found['parts']})" if "parts" in found else ""
    print(
        f"{label}: {found['seconds']:.2f} s{limit}{parts}; "
        f"{found['megabytes']:.0f} MB (limit {megabytes})",
        flush=True,
    )


def _compare(label: str, ours: dict[str, Any], hand: dict[str, Any]) -> None:
    print(
        f"{label}: {ours['seconds']:.2f} s, by hand {hand['seconds']:.2f} s, ratio "
        f"{ours['seconds'] / hand['seconds']:.2f} (limit {RATIO}); {ours['megabytes']:.0f} MB "
        f"(limit {MEGABYTES}); load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
