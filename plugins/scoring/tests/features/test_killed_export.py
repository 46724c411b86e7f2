"""An export that is killed (``kill -9``) leaves the former lake, whole; the next one mends it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from plugins.scoring.tests.features.histories import add_people
from sqlalchemy import text

from guanxi.platform import Platform
from guanxi_scoring.features.lake import MANIFEST
from guanxi_scoring.features.summarising import summarise
from guanxi_scoring.life.contract import CannotFit

PATIENCE = 60
MONTHS = 6
MANY = 100_000
"""Lines of the third month: writing them takes so long that one can be in time to stop it."""
UNFINISHED = f".{MANIFEST}.part"

pytestmark = pytest.mark.slow
Guanxi = Callable[..., str]

_TOUCH = text(
    """
    INSERT INTO touchpoints (id, customer_id, channel, kind, direction, occurred_at, amount,
                             currency, source, created_at, updated_at)
    SELECT gen_random_uuid(), :buyer, 'store', 'purchase', 'in',
           timestamptz '2026-01-15 12:00Z' + CAST(month || ' months' AS interval),
           month + :amount, 'GBP', 'test', now(), now()
    FROM generate_series(0, :months - 1) month,
         generate_series(1, CASE month WHEN 2 THEN :many ELSE 1 END)
    """
)
_LINES = text(
    """
    INSERT INTO touchpoint_lines (touchpoint_id, number, product, quantity, unit_price)
    SELECT id, 1, 'tea', 1, amount FROM touchpoints WHERE customer_id = :buyer
    """
)


def trade(writing: Callable[..., Any], now: datetime, many: int = 1) -> None:
    """Let somebody buy something in every month, and ``many`` times in the third."""
    with writing() as session:
        (buyer,) = add_people(session, 1, now)
        told = {"buyer": buyer, "months": MONTHS, "amount": many, "many": many}
        session.execute(_TOUCH, told)
        session.execute(_LINES, told)


def print_of(writing: Callable[..., Any], now: datetime, **where: str) -> str:
    """Return the fingerprint of all purchase histories, by the lake or by the database."""
    with writing() as session:
        return summarise(session, as_of=now, **where).fingerprint


@contextmanager
def exporting(platform: Platform, lake: Path) -> Iterator[None]:
    """Run the command as a program of its own, and kill it at the end of the block."""
    environment = {
        **os.environ,
        "DATABASE_URL": platform.database.url.replace("+psycopg", ""),
        "GUANXI_HOME": str(platform.config.home),
    }
    command = [sys.executable, "-m", "guanxi", "scoring", "export-lake", "--to", str(lake)]
    with subprocess.Popen(command, env=environment) as program:
        try:
            yield
        finally:
            program.send_signal(signal.SIGKILL)
    assert program.returncode == -signal.SIGKILL


def wait_for(pattern: str, lake: Path) -> None:
    """Wait until a file is there."""
    give_up = time.monotonic() + PATIENCE
    while not any(lake.glob(pattern)):
        assert time.monotonic() < give_up
        time.sleep(0.001)


def kill_at(platform: Platform, lake: Path, table: str) -> None:
    """Kill an export while it writes the third month of a table."""
    with exporting(platform, lake):
        wait_for(f"{table}/month=2026-03/*.part", lake)


def kill_at_manifest(platform: Platform, lake: Path) -> None:
    """Kill an export that has written all files, but not which of them belong together.

    A pipe takes the place of the manifest, so the command cannot get past it.
    """
    lake.mkdir(exist_ok=True)
    os.mkfifo(lake / UNFINISHED)
    with exporting(platform, lake), (lake / UNFINISHED).open("rb") as pipe:
        half = pipe.read(40)
    (lake / UNFINISHED).unlink()
    (lake / UNFINISHED).write_bytes(half)


def files(lake: Path, table: str) -> int:
    """Return how many finished files a table has."""
    return len(list(lake.glob(f"{table}/*/*.parquet")))


@pytest.mark.parametrize(
    ("table", "left"),
    [("touchpoints", (8, 6)), ("lines", (12, 8)), ("", (12, 12))],
    ids=["touchpoints", "lines", "manifest"],
)
def test_readers_see_the_former_lake_until_the_next_export(  # noqa: PLR0917 -- fixtures
    scoring: Platform,
    guanxi: Guanxi,
    writing: Callable[..., Any],
    now: datetime,
    lake: Path,
    table: str,
    left: tuple[int, int],
) -> None:
    trade(writing, now)
    guanxi("export-lake", "--to", lake)
    there = {"engine": "duckdb", "location": str(lake)}
    before = print_of(writing, now, **there)
    trade(writing, now, MANY)

    if table:
        kill_at(scoring, lake, table)
    else:
        kill_at_manifest(scoring, lake)
    found = (files(lake, "touchpoints"), files(lake, "lines"))
    after = print_of(writing, now, **there)
    guanxi("export-lake", "--to", lake)
    mended = print_of(writing, now, **there)

    assert found == left
    assert after == before
    assert mended == print_of(writing, now, engine="postgres") != before
    assert list(lake.rglob("*.part")) == []
    assert (files(lake, "touchpoints"), files(lake, "lines")) == (MONTHS, MONTHS)


def test_a_first_export_that_is_killed_leaves_no_lake(
    scoring: Platform, guanxi: Guanxi, writing: Callable[..., Any], now: datetime, lake: Path
) -> None:
    trade(writing, now)

    kill_at_manifest(scoring, lake)

    assert files(lake, "touchpoints") == MONTHS
    with pytest.raises(CannotFit, match="There is no lake"):
        print_of(writing, now, engine="duckdb", location=str(lake))
    guanxi("export-lake", "--to", lake)
    assert print_of(writing, now, engine="duckdb", location=str(lake)) == print_of(writing, now)
