"""Serving what is measured: an app of the bench, or the programs of an installation.

Both listen on a free port and end with the block.
"""

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanxi.access.sessions import new_session_id, save_session
from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Database
from guanxi.embedded.ready import is_ready
from guanxi.embedded.web_server import serve_web
from guanxi.testkit.factories import Factories

_PATIENCE = 60.0
"""Seconds until a server counts as not coming up."""


@dataclass(frozen=True, slots=True)
class Running:
    """Programs of an installation: their first processes by name, and the port of the web."""

    port: int
    processes: dict[str, subprocess.Popen[bytes]]


@contextmanager
def serving(make: Callable[[], Any], *, processes: int = 2) -> Iterator[int]:
    """Serve an app with processes of four threads, as an installation does."""
    port = free_port()
    server = multiprocessing.get_context("fork").Process(
        target=_serve, args=(make, port, processes)
    )
    server.start()
    try:
        _wait(lambda: _answers(port))
        time.sleep(1.0)
        yield port
    finally:
        server.terminate()
        server.join(20)


@contextmanager
def programs(url: str, home: Path, *names: str, **environment: str) -> Iterator[Running]:
    """Run ``guanxi web``, ``guanxi worker`` on a database, as ``guanxi run`` does."""
    port = free_port()
    settings = {
        **os.environ,
        "DATABASE_URL": url,
        "GUANXI_HOME": str(home),
        "GUANXI_PORT": str(port),
        **environment,
    }
    running = {
        name: subprocess.Popen([sys.executable, "-m", "guanxi", name], env=settings)
        for name in names
    }
    try:
        if "web" in running:
            _wait(lambda: is_ready("127.0.0.1", port))
        yield Running(port, running)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(30)


def credentials(url: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Make an admin; return the headers that carry a token of theirs, and a signed-in session."""
    database = Database(url)
    now = utc_now()
    factories = Factories(database, now)
    owner = factories.user("admin", email=f"{new_session_id()[:8].lower()}@example.com")
    token, cookie = factories.token(user_id=owner), new_session_id()
    with database.autocommit.connect() as connection:
        save_session(
            connection, cookie, user_id=owner, data={}, address=None, browser=None, now=now
        )
    database.dispose()
    return ("Authorization", f"Bearer {token}"), ("Cookie", f"guanxi={cookie}")


def prepare(url: str, home: Path) -> None:
    """Make the keys of an installation, so that programs started side by side share them."""
    build_platform(Config(home=home), url).database.dispose()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _serve(make: Callable[[], Any], port: int, processes: int) -> None:
    serve_web(make(), host="127.0.0.1", port=port, processes=processes, threads=4)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _wait(until: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _PATIENCE
    while not until():
        if time.monotonic() > give_up:
            raise RuntimeError("The server did not come up.")
        time.sleep(0.05)
