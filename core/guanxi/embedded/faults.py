"""What can keep the embedded PostgreSQL from starting, each as one sentence that says what to do.

The sentences are msgids; whoever shows the error translates it.
"""

import errno
import getpass
from pathlib import Path

from guanxi.errors import GuanxiError


class EmbeddedError(GuanxiError):
    """The embedded PostgreSQL, or a process beside it, cannot be started."""

    status = 503
    code = "embedded"


def no_permission(folder: Path) -> EmbeddedError:
    """Say that this system user may not write to ``folder``."""
    return EmbeddedError(
        "The user %(user)s may not write to %(folder)s: give this user the folder, "
        "or set GUANXI_HOME to another one.",
        user=_user_name(),
        folder=folder,
    )


def disk_full(folder: Path) -> EmbeddedError:
    """Say that there is no room left for ``folder``."""
    return EmbeddedError(
        "The disk that holds %(folder)s is full: free some space, "
        "or set GUANXI_HOME to a folder on another disk.",
        folder=folder,
    )


def from_os_error(error: OSError, folder: Path) -> EmbeddedError:
    """Turn what the operating system refused for ``folder`` into a sentence."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return no_permission(folder)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder)
    return EmbeddedError(
        "%(folder)s cannot be used (%(why)s): set GUANXI_HOME to another folder.",
        folder=folder,
        why=error.strerror or error,
    )


def from_log(text: str, folder: Path, log: Path) -> EmbeddedError:
    """Turn what PostgreSQL wrote in ``log`` before it gave up into a sentence."""
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return disk_full(folder)
    if "Permission denied" in text or "has wrong ownership" in text:
        return no_permission(folder)
    return EmbeddedError(
        "The embedded PostgreSQL did not start (%(why)s): see %(log)s.",
        why=_last_complaint(text),
        log=log,
    )


def _last_complaint(text: str) -> str:
    marks = ("FATAL:", "PANIC:", "error:", "ERROR:")
    complaints = [line for line in text.splitlines() if any(mark in line for mark in marks)]
    if not complaints:
        return "no reason given"
    line = complaints[-1]
    mark = next(mark for mark in marks if mark in line)
    return line.split(mark, 1)[1].strip()


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
