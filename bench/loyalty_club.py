"""A programme on an empty database, and members with lots: for the benches of loyalty."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text

from guanxi.app import build_platform
from guanxi.config import Config
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.testkit.schema import create_schema
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.programmes import ProgrammeDraft, create_programme

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
CLUB: Final = ProgrammeDraft("club", "Club", "会员俱乐部", "GBP", "Europe/London")
_FILL: Final = """
    CREATE TEMP TABLE people ON COMMIT DROP AS
        SELECT gen_random_uuid() AS customer, gen_random_uuid() AS account
        FROM generate_series(1, :members);
    CREATE TEMP TABLE new ON COMMIT DROP AS
        SELECT people.*, gen_random_uuid() AS tx, gen_random_uuid() AS lot,
            CAST(:begins AS timestamptz) + number * CAST(:step AS interval) AS at,
            CAST(:ends AS timestamptz) + number % 10 * interval '1 day' AS ends
        FROM people, generate_series(0, :lots - 1) AS number;
    INSERT INTO customers (id, kind, display_name, sort_name, created_at, updated_at)
        SELECT customer, 'person', 'P', 'p', :begins, :begins FROM people;
    INSERT INTO loyalty_accounts (id, unit_id, purpose, customer_id, balance, next_due_at)
        SELECT account, :unit, 'member', customer, :points * :lots, :ends FROM people;
    INSERT INTO loyalty_transactions (id, unit_id, key, request_hash, kind, account_id, amount,
            source, effective_at, recorded_at, actor_name)
        SELECT tx, :unit, 'fill:' || tx, '', 'earn', account, :points, 'bench', at, at, 'bench'
        FROM new;
    INSERT INTO loyalty_entries (transaction_id, account_id, amount, effective_at, qualifies)
        SELECT tx, account, :points, at, true FROM new
        UNION ALL SELECT tx, :issuance, -:points, at, true FROM new;
    INSERT INTO loyalty_lots (id, account_id, transaction_id, origin_id, amount, remaining,
            active, earned_at, activates_at, expires_at)
        SELECT lot, account, tx, lot, :points, :points, true, at, at, ends FROM new
    """


@contextmanager
def club_on(server: Server) -> Iterator[tuple[Platform, str]]:
    """Give a platform with loyalty and one programme, and the address of its database."""
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


def fill(
    platform: Platform,
    members: int,
    *,
    lots: int = 1,
    points: int = 1,
    unit: str = "points",
    begins: datetime = NOW,
    step: timedelta = timedelta(0),
    ends: datetime | None = None,
) -> None:
    """Bring members who earned ``points`` so many times, a ``step`` apart.

    :param ends: when the first lot of each runs out; the next ones up to nine days later.
    """
    with platform.database.write(SYSTEM, now=NOW) as session:
        facts = load_unit(session, "club", unit)
        values: dict[str, Any] = {
            "members": members,
            "lots": lots,
            "points": points,
            "unit": facts.id,
            "issuance": facts.own["issuance"],
            "begins": begins,
            "step": step,
            "ends": ends,
        }
        for statement in _FILL.split(";"):
            session.execute(text(statement), values)
        session.info["write"].pending.clear()
    tidy(platform)


def tidy(platform: Platform) -> None:
    """Do what autovacuum would do in time, so that it does not begin amid a measurement."""
    with platform.database.autocommit.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
