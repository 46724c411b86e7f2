"""The web server's processes: one application, and none left when the first one is gone."""

import http.client
import subprocess
from collections.abc import Callable

from tests.embedded.processes import is_alive, wait_until

Launch = Callable[..., "subprocess.Popen[str]"]


def ask(port: int) -> list[int]:
    """Return the ids of the process that answers and of its parent; empty if nobody does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return [int(word) for word in connection.getresponse().read().split()]
    except OSError:
        return []
    finally:
        connection.close()


def workers(port: int) -> set[int]:
    """Ask until both processes have answered and return their ids."""
    found: set[int] = set()

    def both_answered() -> bool:
        found.update(ask(port)[:1])
        return len(found) == 2

    wait_until(both_answered)
    return found


def test_two_processes_answer(free_port: int, launch: Launch) -> None:
    server = launch("serve.py", free_port)

    assert server.pid not in workers(free_port)
    assert ask(free_port)[1] == server.pid


def test_sigterm_ends_them(free_port: int, launch: Launch) -> None:
    server = launch("serve.py", free_port)
    processes = workers(free_port)

    server.terminate()

    assert server.wait(30) == 0
    assert [pid for pid in processes if is_alive(pid)] == []


def test_a_hard_kill_leaves_none_behind(free_port: int, launch: Launch) -> None:
    server = launch("serve.py", free_port)
    processes = workers(free_port)

    server.kill()

    wait_until(lambda: not any(is_alive(pid) for pid in processes))
