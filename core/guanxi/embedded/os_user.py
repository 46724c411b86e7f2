"""The system user that PostgreSQL runs as: ourselves, or as root another one.

PostgreSQL refuses to run as root. Containers and small servers often do run as root,
so there it gets a user without a password or login that owns nothing but the data folder.
"""

import os
import pwd
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from guanxi.embedded.faults import EmbeddedError

_NAME = "pgserver"
"""The same name that the package of the binaries uses."""


class _RunAs(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class OsUser:
    """A system user; ``switch`` is whether a new process must become it."""

    uid: int
    gid: int
    switch: bool

    def run_as(self) -> _RunAs:
        """Return the arguments with which :mod:`subprocess` starts a program as this user."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_user(data: Path) -> OsUser:
    """Return the user for the server in ``data``: as root its present owner, or one of its own.

    :raises EmbeddedError: this is root and no other user can be made.
    """
    if os.geteuid() != 0:
        return OsUser(os.geteuid(), os.getegid(), switch=False)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return OsUser(owner.st_uid, owner.st_gid, switch=True)
    entry = _find() or _make()
    return OsUser(entry.pw_uid, entry.pw_gid, switch=True)


def open_the_way(path: Path, user: OsUser) -> None:
    """Let ``user`` pass through the folders above ``path``, without letting anyone list them."""
    if not user.switch:
        return
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def open_folder(folder: Path, user: OsUser) -> None:
    """Let ``user`` read and run what was installed in ``folder``, also under a strict umask."""
    if not user.switch or folder.stat().st_mode & 0o005 == 0o005:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o004 | (0o001 if mode & 0o100 else 0))


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(_NAME)
    except KeyError:
        return None


def _make() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--shell", "/usr/sbin/nologin", _NAME]
    with suppress(OSError):  # no such program; or another start has made the user just now
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - fixed words
    entry = _find()
    if entry is None:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and the system user %(user)s cannot be created: "
            "start Guanxi as an ordinary user, or set DATABASE_URL.",
            user=_NAME,
        )
    return entry
