"""However ``guanxi run`` ends, no process of it stays, and the next start works."""

import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.started import Started, command

Start = Callable[..., Started]
READY = "Guanxi is ready"


@pytest.fixture
def run(tmp_path: Path, free_port: int) -> Iterator[Start]:
    """Start ``guanxi run`` in the home of this test; at the end everything is cleared away."""
    running: list[Started] = []

    def start(**more: str) -> Started:
        running.append(Started(tmp_path / "home", free_port, **more))
        return running[-1]

    yield start
    for one in reversed(running):
        one.clear_away()


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_end_in_the_middle_of_the_demo_leaves_no_process_and_the_next_start_goes_on(
    run: Start, number: signal.Signals
) -> None:
    first = run(GUANXI_DEMO="yes")
    first.wait_for("A year of real trade: [")

    first.send(number)

    assert first.ended() != 0
    first.wait_until_nothing_is_left()
    again = run(GUANXI_DEMO="yes")
    again.wait_for("A year of real trade: [")
    assert "Customers with invented names" not in again.printed()
    listed = command(again.environment, "imports", "list").stdout
    assert sorted(line.split("\t")[1:3] for line in listed.splitlines()) == [
        ["done", "customers"],
        ["running", "touchpoints"],
    ]


def another_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.faults
@pytest.mark.slow
def test_ctrl_c_ends_every_process_and_a_later_start_has_everything(run: Start) -> None:
    first = run()
    first.wait_for(READY)
    made = command(first.environment, "user", "invite", "a@example.com", "--name=A", "--role=admin")

    first.interrupt()

    assert (made.returncode, first.ended(), first.left()) == (0, 0, [])
    second = run()
    second.wait_for(READY)
    listed = command(second.environment, "user", "list").stdout
    assert "a@example.com" in listed
    second.send(signal.SIGTERM)
    assert (second.ended(), second.left()) == (0, [])


@pytest.mark.faults
@pytest.mark.slow
def test_ctrl_c_pressed_again_and_again_leaves_nothing_either(run: Start) -> None:
    running = run()
    running.wait_for(READY)

    for _ in range(4):
        running.interrupt()
        time.sleep(0.05)

    assert running.ended() in (0, 130)
    running.wait_until_nothing_is_left()
    assert "Traceback" not in running.printed()
    run().wait_for(READY)


@pytest.mark.faults
@pytest.mark.slow
def test_a_supervisor_killed_hard_takes_everything_with_it_and_the_next_start_works(
    run: Start,
) -> None:
    running = run()
    running.wait_for(READY)

    running.send(signal.SIGKILL)
    running.ended()
    again = run()

    again.wait_for(READY)
    assert running.left_of_its_own() == []


@pytest.mark.faults
@pytest.mark.slow
def test_a_second_start_in_the_same_home_is_refused_and_the_first_goes_on(
    run: Start, tmp_path: Path
) -> None:
    first = run()
    first.wait_for(READY)

    taken_port = command(first.environment, "run")
    same_home = command({**first.environment, "GUANXI_PORT": str(another_port())}, "run")

    assert taken_port.returncode == same_home.returncode == 1
    assert taken_port.stderr.startswith("guanxi: Port ")
    assert same_home.stderr.startswith(f"guanxi: The data folder {tmp_path / 'home'} is in use by")
    assert len((taken_port.stderr + same_home.stderr).splitlines()) == 2
    assert first.process.poll() is None
