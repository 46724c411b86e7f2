"""The order of a start, and that nothing is left running after it, however it ends."""

import http.client
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.embedded.processes import wait_until

from guanxi.embedded.leftovers import processes_of
from guanxi.embedded.place import Place

Launch = Callable[..., "subprocess.Popen[str]"]


def read_until(process: "subprocess.Popen[str]", line: str) -> list[str]:
    """Read what the process prints, up to and with ``line``."""
    assert process.stdout is not None
    lines: list[str] = []
    while line not in lines:
        text = process.stdout.readline()
        assert text, lines
        lines.append(text.strip())
    return lines


def is_left(home: Path, port: int) -> bool:
    """Tell whether a process of the database or the web server still runs."""
    with socket.socket() as probe:
        return bool(processes_of(Place.under(home).tag)) or not probe.connect_ex(
            ("127.0.0.1", port)
        )


def test_the_address_is_announced_when_pages_are_answered(
    tmp_path: Path, free_port: int, launch: Launch
) -> None:
    running = launch("run.py", tmp_path, free_port, "", "migrate", "demo")

    assert read_until(running, "announced") == ["migrate", "demo", "announced"]
    connection = http.client.HTTPConnection("127.0.0.1", free_port)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(
    tmp_path: Path, free_port: int, launch: Launch, number: signal.Signals
) -> None:
    running = launch("run.py", tmp_path, free_port, "")
    read_until(running, "announced")

    running.send_signal(number)

    assert read_until(running, "ended") == ["ended"]
    assert running.wait(30) == 0
    assert not is_left(tmp_path, free_port)


def test_a_hard_kill_ends_everything(tmp_path: Path, free_port: int, launch: Launch) -> None:
    running = launch("run.py", tmp_path, free_port, "")
    read_until(running, "announced")

    running.kill()

    wait_until(lambda: not is_left(tmp_path, free_port))


def test_a_signal_during_the_preparation_ends_everything(
    tmp_path: Path, free_port: int, launch: Launch
) -> None:
    running = launch("run.py", tmp_path, free_port, "", "hang")
    read_until(running, "hang")

    running.terminate()

    assert running.wait(30) == 128 + signal.SIGTERM
    assert not is_left(tmp_path, free_port)


def test_a_taken_port_is_said_before_anything_is_started(tmp_path: Path, launch: Launch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = launch("run.py", tmp_path, port, "", "migrate")
        output, _ = running.communicate(timeout=30)

    assert output.startswith(f"refused: Port {port} is taken")
    assert running.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_server_of_ones_own_is_said_before_anything_is_started(
    tmp_path: Path, free_port: int, launch: Launch
) -> None:
    nowhere = "postgresql://me@127.0.0.1:1/crm"
    running = launch("run.py", tmp_path, free_port, nowhere, "migrate")

    output, _ = running.communicate(timeout=30)

    assert output.startswith("refused: The database at DATABASE_URL (postgresql+psycopg://me@")
    assert list(tmp_path.iterdir()) == []
