"""Where one embedded PostgreSQL keeps its files, and the name its processes carry."""

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from guanxi.embedded.faults import EmbeddedError

PORT = 5432
"""Part of the socket's file name only; no network port is opened."""

_LONGEST_SOCKET = 100
"""Bytes; Linux takes 107 and macOS 103 in ``sun_path``."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folders and files of the server under one data folder of Guanxi."""

    folder: Path

    @classmethod
    def under(cls, home: Path) -> "Place":
        """Return the place below ``home``, which need not exist yet."""
        return cls(home.expanduser().resolve() / "postgres")

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder, readable by nobody else."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What PostgreSQL writes while it runs."""
        return self.folder / "postgres.log"

    @property
    def claim(self) -> Path:
        """The file that the one process in charge keeps locked."""
        return self.folder / "claim"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's note of its process id, socket folder and state."""
        return self.data / "postmaster.pid"

    @property
    def tag(self) -> str:
        """The name in the process list of every process of this server, and of no other."""
        return "guanxi-" + hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket: here, or a short one where this path is too long."""
        here = self.folder / "socket"
        if _fits(here):
            return here
        short = Path(tempfile.gettempdir()) / self.tag
        return short if _fits(short) else Path("/tmp") / self.tag  # noqa: S108 - owner is checked

    def make_sockets(self, owner: int) -> Path:
        """Create the socket folder for the system user ``owner`` alone and return it.

        Whoever can reach the socket is let in, hence the mode, and the check that nobody
        else made the folder first.

        :raises EmbeddedError: another user owns a folder of that name.
        """
        folder = self.sockets
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (owner, os.geteuid()):
            raise EmbeddedError(
                "%(folder)s belongs to another user: remove it, "
                "or set TMPDIR to a folder of your own.",
                folder=folder,
            )
        if folder.stat().st_uid != owner:
            os.chown(folder, owner, -1)
        folder.chmod(0o700)
        return folder

    def remove_sockets(self) -> None:
        """Remove the empty socket folder of a stopped server."""
        with suppress(OSError):
            self.sockets.rmdir()


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET
