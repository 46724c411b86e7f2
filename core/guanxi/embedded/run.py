"""The order of ``guanxi run``: database, migrations, demo data, programs, address.

What each step does is handed in as a function (see :class:`Steps`), so that this module
knows the order, the signals and the clean end, and nothing of the platform itself.
"""

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from guanxi.embedded.child import Program
from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.port import check_port
from guanxi.embedded.postgres import EmbeddedServer, start
from guanxi.embedded.ready import is_ready
from guanxi.embedded.supervisor import Supervisor

log = logging.getLogger(__name__)

_READY_LIMIT = 120.0
"""Seconds until we say that the web server does not come up."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What happens at each step; every function gets the SQLAlchemy address of the database."""

    prepare: Sequence[Callable[[str], None]]
    """In this order before anything is served: migrate, build the front end, demo data."""
    programs: Callable[[str], Sequence[Program]]
    """The programs to run, in the order in which they are ended."""
    announce: Callable[[str], None]
    """Print the address and the sign-in link; called once, when pages are answered."""


def run(home: Path, *, host: str, port: int, database_url: str, steps: Steps) -> None:
    """Run the whole platform until SIGINT or SIGTERM; an empty ``database_url`` means embedded.

    :raises EmbeddedError: one sentence that says why it cannot start. Nothing is left running.
    """
    check_port(host, port)
    with _end_on_signal(), _database(home, database_url) as (url, server):
        for prepare in steps.prepare:
            prepare(url)
        supervisor = Supervisor(steps.programs(url), server)
        with supervisor.signals():
            _supervise(supervisor, host, port, lambda: steps.announce(url))


def _supervise(supervisor: Supervisor, host: str, port: int, announce: Callable[[], None]) -> None:
    give_up = time.monotonic() + _READY_LIMIT
    announced = False
    try:
        supervisor.start()
        while not supervisor.stopping:
            supervisor.tick()
            if announced or supervisor.stopping:
                continue
            if is_ready(host, port):
                announced = True
                announce()
            elif time.monotonic() > give_up:
                raise _not_ready(port)
    finally:
        supervisor.stop()


@contextmanager
def _database(home: Path, database_url: str) -> Iterator[tuple[str, EmbeddedServer | None]]:
    if database_url:
        from guanxi.embedded.own_server import check_own_server  # noqa: PLC0415 -- a slow import

        yield check_own_server(database_url), None
        return
    with start(home) as server:
        yield server.url, server


@contextmanager
def _end_on_signal() -> Iterator[None]:
    """Let SIGTERM and SIGINT unwind the stack while we prepare.

    SIGINT does by itself in a terminal; what a script starts in the background ignores it.
    """
    chosen = {signal.SIGTERM: _exit, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in chosen.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _not_ready(port: int) -> EmbeddedError:
    return EmbeddedError(
        "The web server did not answer on port %(port)s within %(seconds)s seconds: "
        "the messages above say why.",
        port=port,
        seconds=int(_READY_LIMIT),
    )
