"""A durable PostgreSQL as ``guanxi run`` starts it, and databases that are kept between runs.

Everything lies in one folder, ``GUANXI_BENCH_HOME`` or a folder in the temporary one; removing
it costs nothing but the time to fill the databases again.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

import guanxi.db
from guanxi.embedded.postgres import start
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.testkit.schema import create_schema

MIGRATIONS = Path(guanxi.db.__file__).parent / "migrations" / "versions"
_NAMES = text("SELECT datname FROM pg_database WHERE datname LIKE :like ORDER BY 1")


def home() -> Path:
    """Return the folder of the benches."""
    own = os.environ.get("GUANXI_BENCH_HOME")
    return Path(own) if own else Path(tempfile.gettempdir()) / f"guanxi-bench-{os.getuid()}"


@contextmanager
def durable_server() -> Iterator[Server]:
    """Give a server with the settings of an installation: what is committed is on the disk."""
    with start(home()) as running:
        server = Server(running.url)
        for name in _databases(server, "test_%"):  # left by a bench that was killed
            drop_database(_address(server, name))
        yield server


@contextmanager
def migrated_database(server: Server) -> Iterator[str]:
    """Give the address of a database with all tables and nothing in them."""
    url = fresh_database(server)
    try:
        create_schema(url)
        yield url
    finally:
        drop_database(url)


def kept_database(server: Server, name: str, fill: Callable[[str], None], *, of: Path) -> str:
    """Return the address of a database that ``fill`` filled, now or at an earlier run.

    :param of: the file of the program that fills it; with another text, or other migrations, it
        is filled anew.
    """
    wanted = f"kept_{name}_{_fingerprint(of)}"
    there = _databases(server, f"kept_{name}_%")
    for old in set(there) - {wanted}:
        drop_database(_address(server, old))
    if wanted not in there:
        url = fresh_database(server)
        create_schema(url)
        fill(url)
        _run(server, f'ALTER DATABASE "{make_url(url).database}" RENAME TO "{wanted}"')
    return _address(server, wanted)


def _fingerprint(of: Path) -> str:
    digest = hashlib.sha256(of.read_bytes())
    for file in sorted(MIGRATIONS.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _databases(server: Server, like: str) -> list[str]:
    engine = create_engine(server.url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(_NAMES, {"like": like.replace("_", r"\_")}).scalars())


def _address(server: Server, name: str) -> str:
    return make_url(server.url).set(database=name).render_as_string(hide_password=False)


def _run(server: Server, statement: str) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
