"""The disk fills up while the platform runs: it is said, nothing committed is lost, it goes on."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from tests.embedded.processes import wait_until

from guanxi.embedded.postgres import EmbeddedServer, start
from guanxi.embedded.supervisor import Supervisor
from guanxi.troubles import explained


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, with little more room than PostgreSQL needs."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=160m", "guanxi-test", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may make a small disk")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def add(server: EmbeddedServer, rows: int = 1) -> None:
    with create_engine(server.url, poolclass=NullPool).begin() as connection:
        # Text that cannot be compressed away.
        connection.execute(
            text(
                "INSERT INTO note (what) SELECT string_agg(md5(random()::text), '') "
                "FROM generate_series(1, :rows) row, generate_series(1, 200) GROUP BY row"
            ),
            {"rows": rows},
        )


def count(server: EmbeddedServer) -> int:
    with create_engine(server.url, poolclass=NullPool).connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM note")).scalar_one())


def add_until_refused(server: EmbeddedServer) -> tuple[int, DBAPIError]:
    """Add rows; return how many were committed, and what came in the end."""
    added = 0
    while True:
        try:
            add(server, rows=100)
        except DBAPIError as error:
            return added, error
        added += 100


@pytest.mark.faults
def test_a_full_disk_is_said_and_once_there_is_room_everything_committed_is_there(
    small_disk: Path,
) -> None:
    with start(small_disk) as server:
        with create_engine(server.url, poolclass=NullPool).begin() as connection:
            connection.execute(text("CREATE TABLE note (what text)"))
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"x" * 20_000_000)

        added, refused = add_until_refused(server)

        assert added > 0
        assert explained(refused) is not None
        ballast.unlink()
        supervisor = Supervisor([], server)
        wait_until(lambda: supervisor.tick() or answers(server))
        assert count(server) == added
        add(server)
        assert count(server) == added + 1


def answers(server: EmbeddedServer) -> bool:
    try:
        return count(server) >= 0
    except DBAPIError:
        return False
