"""Joining the one test server of a test run, from any of its processes.

Every process holds a shared lock on a file while it uses the server. The keeper, a process
of its own, waits for the exclusive lock: it gets it when the last user is gone, whether that
one ended well or was killed, and then stops the server and removes the folder.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from guanxi.embedded.faults import EmbeddedError

_START_LIMIT = 120.0
"""Seconds."""


@contextmanager
def join(folder: Path) -> Iterator[str]:
    """Give the address of the server kept in ``folder`` for as long as the block runs.

    :raises EmbeddedError: the keeper could not start it.
    """
    users = _become_user(folder)
    try:
        yield _address(folder)
    finally:
        users.close()


def _become_user(folder: Path) -> BinaryIO:
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / "users"
        try:
            opened = file.open("ab")
        except FileNotFoundError:
            continue  # the keeper of earlier users is just removing the folder
        fcntl.flock(opened, fcntl.LOCK_SH)
        if file.exists() and file.stat().st_ino == os.fstat(opened.fileno()).st_ino:
            return opened
        opened.close()


def _address(folder: Path) -> str:
    note = folder / "url"
    with (folder / "start").open("ab") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not note.exists():
            _start_keeper(folder, note)
    return note.read_text("utf-8")


def _start_keeper(folder: Path, note: Path) -> None:
    log = folder / "keeper.log"
    keeper = _spawn([sys.executable, "-m", "guanxi.testkit.keeper", str(folder)], log)
    give_up = time.monotonic() + _START_LIMIT
    while not note.exists():
        if os.waitpid(keeper, os.WNOHANG) != (0, 0) or time.monotonic() > give_up:
            raise EmbeddedError(
                "The test server did not start: %(why)s",
                why=log.read_text("utf-8", "replace").strip() or "no reason given",
            )
        time.sleep(0.01)


def _spawn(command: list[str], log: Path) -> int:
    """Start a process that outlives us, and return its id; nobody waits for its end."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return os.posix_spawn(
        command[0],
        command,
        os.environ,
        setsid=True,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), write, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )
