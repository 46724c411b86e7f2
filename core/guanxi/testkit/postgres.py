"""A real PostgreSQL for tests: one embedded server per test run, one database per test.

The server is shared by all processes of a run (pytest-xdist) and is gone when the last of
them is, even if they were killed: see ``keeper.py``. ``GUANXI_TEST_DATABASE_URL`` names a
server to use instead; its role must be allowed to create databases.
"""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from guanxi.embedded.cluster import SUPERUSER
from guanxi.testkit.shared_server import join


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL on which tests may create databases."""

    url: str
    """SQLAlchemy address of a database to connect to while creating others."""
    superuser: str | None = None
    """The role that may do everything on it; None: nobody but the role of ``url`` is known."""


@contextmanager
def test_server() -> Iterator[Server]:
    """Give the server of this test run, starting it if this is the first process to ask.

    :raises EmbeddedError: the server cannot be started; the sentence says why.
    """
    own = os.environ.get("GUANXI_TEST_DATABASE_URL")
    if own:
        yield Server(own)
        return
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    folder = Path(tempfile.gettempdir()) / f"guanxi-tests-{os.getuid()}-{run[:12]}"
    with join(folder) as url:
        yield Server(url, SUPERUSER)


def fresh_database(server: Server, template: str | None = None) -> str:
    """Create an empty database, or a copy of ``template``, and return its address.

    ``template`` is the address of a database to which nobody is connected; copying one is
    much faster than migrating again.
    """
    name = f"test_{uuid.uuid4().hex}"
    source = make_url(template).database if template else "template0"
    with _administration(server.url) as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy'))
    return make_url(server.url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Remove a database made by :func:`fresh_database`, cutting off who is still connected."""
    address = make_url(url)
    drop = f'DROP DATABASE IF EXISTS "{address.database}"'
    with _administration(address.set(database="postgres")) as connection:
        try:
            connection.execute(text(f"{drop} WITH (FORCE)"))
        except ProgrammingError as error:
            if not isinstance(error.orig, InsufficientPrivilege):
                raise
            # Autovacuum is at work there, which only the plain statement may send away.
            connection.execute(text(drop))


@contextmanager
def _administration(url: str | URL) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
