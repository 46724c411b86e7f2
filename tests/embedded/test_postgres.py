"""The embedded PostgreSQL: starting, stopping, and coming back after every kind of end."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool
from tests.embedded.processes import wait_until

from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.leftovers import processes_of
from guanxi.embedded.postgres import EmbeddedServer, open_server, running_url, start

Launch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    with start(tmp_path) as running:
        yield running


def ask(url: str, statement: str) -> object:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return connection.execute(text(statement)).scalar()


def write_a_note(url: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE TABLE note (what text)"))
        connection.execute(text("INSERT INTO note VALUES ('committed')"))


def test_the_server_is_postgresql_18(server: EmbeddedServer) -> None:
    assert str(ask(server.url, "SHOW server_version")).startswith("18.")


def test_nobody_can_reach_it_through_the_network(server: EmbeddedServer) -> None:
    assert ask(server.url, "SHOW listen_addresses") == ""
    assert server.place.sockets.stat().st_mode & 0o077 == 0


def test_the_role_of_the_platform_is_no_superuser(server: EmbeddedServer) -> None:
    assert ask(server.url, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False


def test_text_sorts_by_code_point_on_every_machine(server: EmbeddedServer) -> None:
    names = "SELECT string_agg(n, '' ORDER BY n) FROM unnest(array['b','Ä','a','王','B']) AS n"

    assert ask(server.url, names) == "BabÄ王"


def test_a_commit_waits_for_the_disk(server: EmbeddedServer) -> None:
    assert ask(server.url, "SHOW fsync") == "on"
    assert ask(server.url, "SHOW synchronous_commit") == "on"


def test_stop_ends_every_process_and_a_later_start_has_the_data(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        write_a_note(first.url)

    assert processes_of(first.place.tag) == []
    with start(tmp_path) as second:
        assert ask(second.url, "SELECT what FROM note") == "committed"


def test_what_was_committed_survives_a_hard_kill(server: EmbeddedServer) -> None:
    write_a_note(server.url)

    os.kill(server.pid, signal.SIGKILL)
    server.launch()

    assert ask(server.url, "SELECT what FROM note") == "committed"


def test_a_start_waits_for_orphans_that_hold_the_shared_memory(server: EmbeddedServer) -> None:
    write_a_note(server.url)
    orphan = Thread(target=count_for_a_long_time, args=(server.url,))
    orphan.start()
    wait_until(lambda: ask(server.url, BUSY) == 1)

    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.is_running())
    assert len(processes_of(server.place.tag)) > 0
    server.launch()

    orphan.join()
    assert ask(server.url, "SELECT what FROM note") == "committed"
    assert ask(server.url, BUSY) == 0


BUSY = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE state = 'active' AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()"
)


def count_for_a_long_time(url: str) -> None:
    with pytest.raises(OperationalError):
        ask(url, "SELECT count(*) FROM generate_series(1, 100000000000) AS endless")


def test_the_server_ends_with_the_process_that_started_it(tmp_path: Path, launch: Launch) -> None:
    holder = launch("holds_server.py", tmp_path)
    assert holder.stdout is not None
    holder.stdout.readline()
    url = running_url(tmp_path)
    assert url is not None
    write_a_note(url)

    holder.kill()

    with start(tmp_path) as server:
        assert ask(server.url, "SELECT what FROM note") == "committed"


def test_a_pid_file_that_names_a_stranger_does_not_hinder_a_start(tmp_path: Path) -> None:
    with start(tmp_path) as server:
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not processes_of(server.place.tag))
        note = server.place.pid_file.read_text().splitlines()
        server.place.pid_file.write_text("\n".join([str(os.getpid()), *note[1:]]) + "\n")

        server.launch()

        assert ask(server.url, "SELECT 1") == 1


def test_a_second_start_says_who_holds_the_folder(server: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError) as refused:
        start(tmp_path)

    assert f"The data folder {tmp_path} is in use by process {os.getpid()} (" in str(refused.value)
    assert "set GUANXI_HOME to another folder" in str(refused.value)


def test_a_command_joins_the_server_that_runs(server: EmbeddedServer, tmp_path: Path) -> None:
    with open_server(tmp_path) as url:
        assert url == server.url

    assert server.is_running()


def test_a_command_starts_the_server_for_the_while(tmp_path: Path) -> None:
    with open_server(tmp_path) as url:
        assert ask(url, "SELECT 1") == 1

    assert running_url(tmp_path) is None


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    with start(tmp_path / ("long" * 25)) as server:
        short = server.place.sockets
        assert ask(server.url, "SELECT 1") == 1
        assert len(str(short)) < 60

    assert not short.exists()


def test_an_interrupted_first_start_is_made_up_for(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    with start(tmp_path) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_local_setting_of_the_installation_wins(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        (first.place.data / "local.conf").write_text("work_mem = '5MB'\n")

    with start(tmp_path) as server:
        assert ask(server.url, "SHOW work_mem") == "5MB"
