"""Keeps the programs of one installation running, and ends all of them with it.

Web server and worker are children in process groups of their own; PostgreSQL, where it is
the embedded one, is started again when it dies. SIGINT and SIGTERM end everything in order;
the same signal again ends it at once; SIGHUP restarts the programs, for a new plugin package.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from guanxi.embedded.backoff import Backoff
from guanxi.embedded.child import Child, Program
from guanxi.embedded.faults import EmbeddedError

log = logging.getLogger(__name__)

PID_VARIABLE = "GUANXI_SUPERVISOR_PID"
"""Tells the children whom to send SIGHUP."""

_TICK = 0.1


class Restartable(Protocol):
    """The embedded server, as far as the supervisor knows it."""

    def is_running(self) -> bool:
        """Tell whether it lives."""

    def launch(self) -> None:
        """Start it again and wait until it is ready; raises EmbeddedError."""


class Supervisor:
    """Runs programs until it is told to stop. Use it on the main thread."""

    def __init__(self, programs: Sequence[Program], database: Restartable | None = None) -> None:
        self._children = [Child(program) for program in programs]
        self._database = database
        self._database_backoff = Backoff()
        self._wake = threading.Event()
        self._asked_to_stop = 0
        self._asked_to_restart = False

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return self._asked_to_stop > 0

    def start(self) -> None:
        """Start every program."""
        os.environ[PID_VARIABLE] = str(os.getpid())
        for child in self._children:
            child.start()

    def tick(self) -> None:
        """Start again whatever has ended, then wait a moment or for a signal."""
        self._revive_database()
        if self._asked_to_restart:
            self._asked_to_restart = False
            self._end_children()
        for child in self._children:
            if not self.stopping:
                child.tick()
        self._wake.wait(_TICK)
        if not self.stopping:
            self._wake.clear()

    def stop(self) -> None:
        """End the programs one after the other, the first one first."""
        self._asked_to_stop = max(self._asked_to_stop, 1)
        self._end_children()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Listen to SIGINT, SIGTERM and SIGHUP inside the block."""
        handlers = {
            signal.SIGINT: self._on_stop,
            signal.SIGTERM: self._on_stop,
            signal.SIGHUP: self._on_restart,
        }
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end_children(self) -> None:
        for child in self._children:
            child.ask_to_end()
            self._wait_for(child)

    def _wait_for(self, child: Child) -> None:
        give_up = time.monotonic() + child.program.patience
        while child.pid and time.monotonic() < give_up and self._asked_to_stop < 2:
            if child.has_ended():
                break
            time.sleep(0.02)
        child.bury()

    def _revive_database(self) -> None:
        if self._database is None or self.stopping or self._database.is_running():
            return
        if not self._database_backoff.is_over(time.monotonic()):
            return
        log.error("PostgreSQL ended unexpectedly and is started again")
        self._database_backoff.started(time.monotonic())
        try:
            self._database.launch()
        except EmbeddedError as error:
            delay = self._database_backoff.ended(time.monotonic(), wanted=False)
            log.warning("%s Trying again in %.1f s.", error, delay)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop += 1
        self._wake.set()

    def _on_restart(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_restart = True
        self._wake.set()
