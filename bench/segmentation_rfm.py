"""RFM of a million customers with ten million orders, beside the same question written by hand.

The peer is one SQL statement on the same PostgreSQL with the same memory: group the orders, cut
at the quintiles, write three scores into a table with the same keys. Ours also names the classes,
freezes exact break points and compares with what is stored. The limit is 1.5 times the peer for
the first cut; a day on which nothing was ordered is shown, too.

Sizes come from ``GUANXI_BENCH_CUSTOMERS`` and ``GUANXI_BENCH_ORDERS``. The database is filled
once and kept, see ``kept.py``.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bench.kept import durable_server, kept_database
from guanxi.db.database import driver_url
from guanxi.settings.core import CoreSettings
from guanxi.testkit.postgres import Server
from guanxi_segmentation import rfm
from guanxi_segmentation.models import Base, RfmCut, RfmScore
from guanxi_segmentation.settings import SegmentationSettings

CUSTOMERS: Final = int(os.environ.get("GUANXI_BENCH_CUSTOMERS", "1000000"))
ORDERS: Final = int(os.environ.get("GUANXI_BENCH_ORDERS", "10000000"))
LIMIT: Final = 1.5
RUNS: Final = 3
NOW: Final = datetime(2026, 11, 1, 8, tzinfo=UTC)
TABLES: Final = [RfmCut.__table__, RfmScore.__table__]

_PEOPLE: Final = text(
    """
    INSERT INTO customers (id, kind, display_name, sort_name, created_at, updated_at)
    SELECT CAST(lpad(to_hex(n), 32, '0') AS uuid), 'person', 'P' || n, 'p' || n, :now, :now
    FROM generate_series(1, :customers) n
    """
)
_ORDERED: Final = text(
    """
    INSERT INTO touchpoints (id, customer_id, channel, kind, direction, occurred_at, amount,
                             currency, source, created_at, updated_at)
    SELECT gen_random_uuid(),
           CAST(lpad(to_hex(1 + CAST(floor(power(random(), 2) * :customers) AS bigint)), 32, '0')
                AS uuid),
           'website', 'purchase', 'in', at, round(CAST(5 + random() * 495 AS numeric), 2), 'GBP',
           'shop', at, at
    FROM (SELECT :now - random() * interval '730 days' AS at FROM generate_series(1, :orders)) o
    """
)
_BY_HAND: Final = text(
    """
    WITH ordered AS MATERIALIZED (
        SELECT t.customer_id, CAST(CAST(:today AS date)
                   - CAST(max(t.occurred_at) AT TIME ZONE 'UTC' AS date) AS integer) AS days,
               count(*) AS orders, sum(t.amount) AS money
        FROM touchpoints t
        WHERE t.kind = 'purchase' AND t.state = 'recorded' AND t.currency = 'GBP'
          AND t.occurred_at < :now AND t.customer_id IS NOT NULL
        GROUP BY t.customer_id
    ), living AS MATERIALIZED (
        SELECT o.* FROM ordered o JOIN customers c ON c.id = o.customer_id
        WHERE c.merged_into IS NULL AND c.erased_at IS NULL
    ), cut AS (
        SELECT percentile_cont(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY days) AS r,
               percentile_cont(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY orders) AS f,
               percentile_cont(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY money) AS m
        FROM living
    )
    INSERT INTO by_hand (customer_id, days, orders, money, r, f, m)
    SELECT customer_id, days, orders, money,
           6 - width_bucket(days, ARRAY[r[1] + 1, r[2] + 1, r[3] + 1, r[4] + 1]) - 1,
           width_bucket(orders, ARRAY[f[1] + 1, f[2] + 1, f[3] + 1, f[4] + 1]) + 1,
           width_bucket(money, ARRAY[m[1] + 1, m[2] + 1, m[3] + 1, m[4] + 1]) + 1
    FROM living, cut
    """
)
_BESIDE: Final = text(
    """
    SELECT 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
    WHERE i.indrelid = 'touchpoints'::regclass AND c.oid IS NULL
    UNION ALL
    SELECT 'ALTER TABLE touchpoints DROP CONSTRAINT ' || quote_ident(conname),
           'ALTER TABLE touchpoints ADD CONSTRAINT ' || quote_ident(conname) || ' '
           || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = 'touchpoints'::regclass AND contype = 'f'
    """
)
"""What is made after the rows, because that is faster: indexes and foreign keys."""
_TABLE: Final = text(
    """
    CREATE TABLE by_hand (
        customer_id uuid PRIMARY KEY REFERENCES customers (id), days integer, orders bigint,
        money numeric(18, 4), r smallint, f smallint, m smallint
    )
    """
)
_DIFFERENT: Final = text(
    """
    SELECT count(*) FROM by_hand h FULL JOIN segmentation_rfm s USING (customer_id)
    WHERE (h.r, h.f, h.m) IS DISTINCT FROM (s.r, s.f, s.m)
    """
)
_ROOM: Final = text("SET LOCAL work_mem = '256MB'")


def main() -> None:
    """Print the times, and their ratio to the peer and to the limit."""
    with durable_server() as server:
        url = orders_database(server)
        engine = create_engine(driver_url(url), poolclass=NullPool)
        by_hand, ours, again = [], [], []
        for _ in range(RUNS):
            by_hand.append(_timed(engine, _peer))
            with engine.begin() as connection:
                _empty(connection)
            ours.append(_timed(engine, _first))
            again.append(_timed(engine, _next_day))
        with engine.begin() as connection:
            _first(connection)
            different = connection.execute(_DIFFERENT).scalar_one()
        engine.dispose()
    hand, first, day = (statistics.median(times) for times in (by_hand, ours, again))
    print(f"{CUSTOMERS:,} customers, {ORDERS:,} orders; medians of {RUNS}, peer and ours in turn")
    print(
        f"by hand {hand:.2f} s; first cut {first:.2f} s, {first / hand:.2f} of it (limit {LIMIT})"
    )
    print(f"the next day, frozen break points: {day:.2f} s, {day / hand:.2f} of it")
    print(f"customers whose scores differ: {different}")


def orders_database(server: Server) -> str:
    """Return the address of the database with the orders, filled now or at an earlier run."""
    return kept_database(server, f"rfm_{CUSTOMERS}_{ORDERS}", _fill, of=Path(__file__))


def _fill(url: str) -> None:
    engine = create_engine(driver_url(url), poolclass=NullPool)
    values = {"customers": CUSTOMERS, "orders": ORDERS, "now": NOW}
    with engine.begin() as connection:
        connection.execute(text("SELECT setseed(0.5)"))
        connection.execute(_PEOPLE, values)
        made_again = connection.execute(_BESIDE).all()
        for drop, _make in made_again:
            connection.execute(text(drop))
        connection.execute(_ORDERED, values)
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for _drop, make in made_again:
            connection.exec_driver_sql(make)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _timed(engine: Any, work: Callable[[Connection], None]) -> float:
    with engine.begin() as connection:
        if work is _peer:
            connection.execute(text("DROP TABLE IF EXISTS by_hand"))
            connection.execute(_TABLE)
        begun = time.perf_counter()
        work(connection)
        connection.commit()
        return time.perf_counter() - begun


def _peer(connection: Connection) -> None:
    connection.execute(_ROOM)
    connection.execute(_BY_HAND, {"now": NOW, "today": NOW.date()})


def _empty(connection: Connection) -> None:
    Base.metadata.drop_all(connection, tables=TABLES)
    Base.metadata.create_all(connection, tables=TABLES)


def _first(connection: Connection) -> None:
    with Session(connection, info={"settings": _settings}) as session:
        rfm.cut(session, as_of=NOW, cause="asked")
        session.flush()


def _next_day(connection: Connection) -> None:
    with Session(connection, info={"settings": _settings}) as session:
        rfm.refresh(session, None, as_of=NOW + timedelta(days=1))
        session.flush()


def _settings(scope: str) -> dict[str, Any]:
    """The settings as installed."""
    schema = CoreSettings() if scope == "core" else SegmentationSettings()
    return {name: field.load_default for name, field in schema.fields.items()}


if __name__ == "__main__":
    main()
