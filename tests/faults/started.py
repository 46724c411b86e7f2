"""``guanxi run`` as a person starts it: a process in a terminal's foreground, with a home."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
from tests.embedded.processes import wait_until

from guanxi.embedded.leftovers import processes_of
from guanxi.embedded.place import Place

_PAUSE = 0.25
"""Seconds between two looks at all processes of the machine, which take a good part of a core."""


class Started:
    """A running ``guanxi run``; what it prints goes to a file."""

    def __init__(self, home: Path, port: int, **more: str) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.environment = surroundings(home, port, **more)
        self._printed = home.with_suffix(f".{port}.printed")
        with self._printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "guanxi", "run"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        self._everybody: set[psutil.Process] = set()

    def printed(self) -> str:
        """Return what was printed so far."""
        return self._printed.read_text("utf-8", "replace")

    def wait_for(self, words: str) -> None:
        """Wait until ``words`` are printed; fail if the process ends before."""

        def seen() -> bool:
            self._note_everybody()
            assert self.process.poll() is None or words in self.printed(), self.printed()
            return words in self.printed()

        wait_until(seen, 240, pause=_PAUSE)

    def interrupt(self) -> None:
        """Press Ctrl-C: the terminal tells every process of the foreground."""
        self._note_everybody()
        os.killpg(self.process.pid, signal.SIGINT)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the first process alone."""
        self._note_everybody()
        self.process.send_signal(number)

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        return self.process.wait(240)

    def left(self) -> list[str]:
        """Return the command lines of all processes of this home that still run."""
        return [*self.left_of_its_own(), *_running(processes_of(Place.under(self.home).tag))]

    def left_of_its_own(self) -> list[str]:
        """Return the command lines of processes that this start began and that still run."""
        return _running(self._everybody)

    def wait_until_nothing_is_left(self) -> None:
        """Wait for processes that are told of the end by the system."""
        wait_until(lambda: self.left() == [], 60, pause=_PAUSE)

    def clear_away(self) -> None:
        """End everything, whatever the test did."""
        self._note_everybody()
        for process in self._everybody:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait()
        self.wait_until_nothing_is_left()

    def _note_everybody(self) -> None:
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self.process.pid)
            self._everybody |= {first, *first.children(recursive=True)}


def surroundings(home: Path, port: int, **more: str) -> Mapping[str, str]:
    """Return the environment of a command for one home."""
    return {
        **os.environ,
        # Programs that are started many times should be compiled once, for the tests after this one
        # too; away from the sources, where a killed program would leave half a file.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(home.parent.parent / "compiled"),
        "GUANXI_HOME": str(home),
        "GUANXI_PORT": str(port),
        "GUANXI_DEMO": "no",
        **more,
    }


def command(environment: Mapping[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """Run one ``guanxi`` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "guanxi", *words],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _running(processes: Iterable[psutil.Process]) -> list[str]:
    """Return the command lines of those that run; one may end while it is looked at."""
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
    return found
