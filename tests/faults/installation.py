"""A whole installation of real processes, any of which may be killed at any moment.

The embedded PostgreSQL, ``guanxi web`` and ``guanxi worker`` run as they do under ``guanxi run``,
but what was killed is started again at once: the supervisor would wait longer each time.
"""

import http.client
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from tests.embedded.processes import wait_until

from guanxi.embedded.leftovers import processes_of
from guanxi.embedded.postgres import EmbeddedServer, start

PROGRAMS = ("web", "worker")
_PATIENCE = 300.0
"""Seconds; far more than it takes, and less than for ever."""


class Installation:
    """One home, one port, one database server, one web server and one worker.

    :param plugins: a folder that looks like installed distributions.
    """

    def __init__(self, home: Path, port: int, plugins: Path, server: EmbeddedServer) -> None:
        self.port = port
        self.server = server
        self._log = (home / "programs.log").open("ab")
        self._environment: Mapping[str, str] = {
            **os.environ,
            "GUANXI_HOME": str(home),
            "GUANXI_PORT": str(port),
            "DATABASE_URL": server.url,
            # As in ``started.py``: compiled once for all tests.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(home.parent.parent / "compiled"),
            "PYTHONPATH": os.pathsep.join([str(plugins), *_paths()]),
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, *words: str) -> str:
        """Run one ``guanxi`` command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "guanxi", *words],
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start whatever does not run."""
        if not self.server.is_running():
            self.server.launch()
        for name in PROGRAMS:
            running = self._running.get(name)
            if running is not None and running.poll() is None:
                continue
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "guanxi", name],
                env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True,
            )  # fmt: skip

    def keep_up_until(self, condition: Callable[[], bool]) -> None:
        """Start again what ends, until ``condition`` holds; a program ends without a database."""
        give_up = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < give_up, "it did not happen"
            self.start()
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Tell whether the web server answers and reaches the database."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """End the programs as a supervisor would; PostgreSQL is its owner's."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(60)
        self._log.close()

    def victims(self) -> dict[str, tuple[int, Callable[[], int]]]:
        """Return what can be killed: how often it is chosen, and a function that finds its id."""
        return {
            "web process": (6, lambda: _one(self._children("web"))),
            "web server": (2, lambda: self._running["web"].pid),
            "worker": (5, lambda: self._running["worker"].pid),
            "PostgreSQL": (4, lambda: self.server.pid),
            "process of PostgreSQL": (3, lambda: _one(self._server_processes())),
        }

    def _children(self, name: str) -> list[int]:
        with suppress(psutil.NoSuchProcess):
            return [child.pid for child in psutil.Process(self._running[name].pid).children()]
        return []

    def _server_processes(self) -> list[int]:
        return [p.pid for p in processes_of(self.server.place.tag) if p.pid != self.server.pid]


def kill_one(installation: Installation, chance: random.Random) -> str:
    """Kill a process chosen by chance and return what it was; "" if it was gone already."""
    victims = installation.victims()
    (name,) = chance.choices([*victims], [often for often, _ in victims.values()])
    pid = victims[name][1]()
    if not pid:
        return ""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return ""
    if name == "PostgreSQL":  # the system takes a moment to notice, and so would a start
        wait_until(lambda: not installation.server.is_running())
    return name


@contextmanager
def installation_at(home: Path, port: int, plugins: Path) -> Iterator[Installation]:
    """Make a new installation with its database, and end every process of it afterwards."""
    with start(home) as server:
        made = Installation(home, port, plugins, server)
        made.command("migrate")
        try:
            yield made
        finally:
            made.stop()


def _paths() -> list[str]:
    before = os.environ.get("PYTHONPATH")
    return [before] if before else []


def _one(pids: list[int]) -> int:
    return random.choice(pids) if pids else 0
