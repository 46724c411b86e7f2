"""The database fixtures: one server for all processes of a run, and databases that are apart."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool
from tests.embedded.processes import wait_until

from guanxi.embedded.leftovers import processes_of
from guanxi.embedded.place import Place
from guanxi.testkit.postgres import drop_database, fresh_database, test_server
from guanxi.testkit.shared_server import join

test_server.__test__ = False  # type: ignore[attr-defined]


def run(url: str, statement: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_a_copy_has_the_tables_of_its_template() -> None:
    with test_server() as server:
        template = fresh_database(server)
        run(template, "CREATE TABLE note (what text)")

        copy = fresh_database(server, template)

        run(copy, "INSERT INTO note VALUES ('here')")


def test_a_dropped_database_is_gone_though_somebody_is_connected() -> None:
    with test_server() as server:
        url = fresh_database(server)
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))

            drop_database(url)

        with pytest.raises(OperationalError, match="does not exist"):
            run(url, "SELECT 1")


def test_a_server_of_ones_own_is_used_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_TEST_DATABASE_URL", "postgresql+psycopg://me@elsewhere/crm")

    with test_server() as server:
        assert server.url == "postgresql+psycopg://me@elsewhere/crm"


def test_a_second_user_gets_the_same_server(tmp_path: Path) -> None:
    folder = tmp_path / "shared"

    with join(folder) as first, join(folder) as second:
        assert first == second


def test_the_server_is_gone_when_its_last_user_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    script = (
        "import pathlib, signal, sys\n"
        "from guanxi.testkit.shared_server import join\n"
        "with join(pathlib.Path(sys.argv[1])) as url: print(url, flush=True); signal.pause()"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    user.stdout.readline()
    assert processes_of(Place.under(folder).tag) != []

    user.kill()
    user.communicate()

    wait_until(lambda: not processes_of(Place.under(folder).tag))
    wait_until(lambda: not folder.exists())
