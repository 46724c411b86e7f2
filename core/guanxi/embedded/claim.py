"""One process at a time is in charge of a data folder: a lock that dies with its holder."""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

import psutil

from guanxi.embedded.faults import EmbeddedError

_PATIENCE = 3.0
"""Seconds that a holder that was just killed may take until the system gives its lock back."""


class Claim:
    """The lock on a file, held from :meth:`take` to :meth:`release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, file: Path) -> Self:
        """Lock ``file`` and write our process id in it.

        :raises EmbeddedError: another process has it; the sentence says which.
        :raises OSError: the file cannot be made.
        """
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        give_up = time.monotonic() + _PATIENCE
        while not _lock(descriptor):
            if time.monotonic() > give_up:
                os.close(descriptor)
                raise _held(file)
            time.sleep(0.02)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back; doing so twice is harmless."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def is_claimed(file: Path) -> bool:
    """Tell whether a living process holds ``file``."""
    try:
        with file.open("rb") as opened:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _held(file: Path) -> EmbeddedError:
    holder = _holder(file)
    return EmbeddedError(
        "The data folder %(folder)s is in use by process %(pid)s (%(command)s): stop it first, "
        "or set GUANXI_HOME to another folder.",
        folder=file.parent.parent,
        pid=holder.pid if holder else "?",
        command=" ".join(holder.cmdline()) if holder else "?",
    )


def _holder(file: Path) -> psutil.Process | None:
    """The process whose id stands in ``file``, None if it is dying or already gone."""
    try:
        process = psutil.Process(int(file.read_text("ascii")))
        return process if process.cmdline() else None
    except (ValueError, OSError, psutil.Error):
        return None
