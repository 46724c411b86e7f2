"""Creating PostgreSQL's data folder, and the role and database of Guanxi in it."""

import shutil
import subprocess
from pathlib import Path

import psycopg

from guanxi.embedded import binaries
from guanxi.embedded.faults import EmbeddedError, from_log
from guanxi.embedded.os_user import OsUser
from guanxi.embedded.place import PORT, Place

SUPERUSER = "postgres"
NAME = "guanxi"
"""Of role and database. The role is no superuser: a hole in a page must not reach the machine."""


def create_cluster(place: Place, user: OsUser, *, durable: bool) -> None:
    """Make the data folder if there is none; a half-made one never takes its name.

    Text is UTF-8 and sorts by code point through PostgreSQL's built-in ``C.UTF-8``, so
    that the same data sort alike on every machine.

    :raises EmbeddedError: no permission, full disk, or a folder of another major version.
    """
    if place.data.exists():
        _check_version(place.data)
        return
    unfinished = place.folder / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if user.switch:
        shutil.chown(unfinished, user.uid, user.gid)
    _initdb(unfinished, place, user, durable=durable)
    unfinished.rename(place.data)


def ensure_database(sockets: Path) -> None:
    """Create the role and the database on the running server behind ``sockets`` if missing."""
    with psycopg.connect(
        host=str(sockets), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [NAME]).rowcount:
            connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB")
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).rowcount:
            connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")


def _initdb(folder: Path, place: Place, user: OsUser, *, durable: bool) -> None:
    command = [str(binaries.program("initdb")), "--pgdata", str(folder), "--auth=trust"]
    command += ["--username", SUPERUSER, "--encoding=UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += [] if durable else ["--no-sync"]
    done = subprocess.run(  # noqa: S603 - our own program and words
        command,
        cwd="/",
        env={"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
        **user.run_as(),
    )
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        place.log.write_text(done.stdout + done.stderr, "utf-8")
        raise from_log(done.stderr, place.folder, place.log)


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text("ascii").strip()
    if found != str(binaries.VERSION):
        raise EmbeddedError(
            "%(data)s was made by PostgreSQL %(found)s and this is %(version)s: make a backup with "
            "the version of Guanxi that you had, and restore it into an empty folder.",
            data=data,
            found=found,
            version=binaries.VERSION,
        )
