"""Empty a test's database instead of making a new one: ten times faster, and as clean.

A database is given back only if it has exactly the tables of the migrations and nobody holds a
lock on them; otherwise it is dropped, so that a test can do anything to it.
"""

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from guanxi.db.seeds import seed
from guanxi.testkit.postgres import Server, drop_database, fresh_database

_TABLES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY c.relname"
)
_FILLED = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind = 'r' AND n.nspname = 'public' AND pg_relation_size(c.oid) > 0"
)
_SEQUENCES = text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
_KEPT = frozenset({"alembic_version"})


class Databases:
    """Databases of one test process, copied from a template and used again and again."""

    def __init__(self, server: Server, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        self._tables: list[str] | None = None

    def take(self) -> str:
        """Return the address of a clean database."""
        if self._free:
            return self._free.pop()
        url = fresh_database(self._server, self._template)
        if self._tables is None:
            self._tables = _names(url)
        return url

    def give_back(self, url: str) -> None:
        """Clean the database for the next test, or drop it if that cannot be done."""
        try:
            clean = self._clean(url)
        except DBAPIError:
            clean = False
        if clean:
            self._free.append(url)
        else:
            drop_database(url)

    def close(self) -> None:
        """Drop what is left."""
        for url in self._free:
            drop_database(url)

    def _clean(self, url: str) -> bool:
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            if list(connection.execute(_TABLES).scalars()) != self._tables:
                return False
            _empty(connection)
            seed(connection)
        return True


def _names(url: str) -> list[str]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(_TABLES).scalars())


def _empty(connection: Connection) -> None:
    filled = [name for name in connection.execute(_FILLED).scalars() if name not in _KEPT]
    if filled:
        names = ", ".join(f'"{name}"' for name in filled)
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    for name in connection.execute(_SEQUENCES).scalars().all():
        connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))
