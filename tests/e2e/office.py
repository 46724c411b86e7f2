"""The real application at work: web and worker as processes of their own, on one database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 60.0
"""Seconds until a program that was started must answer."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where the application answers, and what it runs on."""

    address: str
    database_url: str
    home: Path


@contextmanager
def open_office(
    database_url: str, home: Path, *, worker: bool = False, plugins: Path | None = None
) -> Iterator[Office]:
    """Run ``guanxi web`` with two processes, and perhaps ``guanxi worker``, while the block runs.

    :param plugins: a folder with one more installed plugin.
    """
    home.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "GUANXI_HOME": str(home),
        "GUANXI_PORT": str(port),
        "GUANXI_LOG_FORMAT": "text",
    }
    if plugins is not None:
        environment["PYTHONPATH"] = str(plugins)
    with ExitStack() as stack:
        stack.enter_context(_program("web", environment, home))
        if worker:
            stack.enter_context(_program("worker", environment, home))
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/readyz", home / "web.log")
        yield Office(address, database_url, home)


@contextmanager
def _program(name: str, environment: Mapping[str, str], home: Path) -> Iterator[None]:
    with (home / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "guanxi", name], env=environment, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            if time.monotonic() > give_up:
                raise AssertionError(log.read_text("utf-8", "replace")) from None
            time.sleep(0.1)
