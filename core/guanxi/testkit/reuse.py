"""Empty a test's database instead of making a new one: ten times faster, and as clean.

A database is given back only if its tables, columns, indexes, triggers and functions are those of
the migrations and nobody holds a lock on them; otherwise it is dropped, so that a test can do
anything to it.
"""

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from guanxi.db.seeds import seed
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.testkit.schema import enable_plugins

_SHAPE = text(
    """
    WITH ours AS (
        SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace
    )
    SELECT relkind::text || ' ' || relname FROM ours
    UNION ALL
    SELECT 'column ' || relname || ' ' || attname || ' ' || atttypid || ' ' || attnotnull
    FROM pg_attribute JOIN ours ON ours.oid = attrelid WHERE attnum > 0
    UNION ALL
    SELECT 'trigger ' || relname || ' ' || tgname
    FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1
    """
)
_FILLED = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind = 'r' AND n.nspname = 'public' AND pg_relation_size(c.oid) > 0"
)
_SEQUENCES = text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
_KEPT = frozenset({"alembic_version"})


class Databases:
    """Databases of one test process, copied from a template and used again and again.

    Those with plugins are copied from a template of their own, which is made when first asked
    for, and are used once.
    """

    def __init__(self, server: Server, template: str) -> None:
        self._server = server
        self._template = template
        self._with_plugins: dict[tuple[str, ...], str] = {}
        self._free: list[str] = []
        self._shape: list[str] | None = None

    def take(self, plugins: tuple[str, ...] = ()) -> str:
        """Return the address of a clean database on which ``plugins`` are enabled."""
        if plugins:
            return fresh_database(self._server, self._template_with(plugins))
        if self._free:
            return self._free.pop()
        url = fresh_database(self._server, self._template)
        if self._shape is None:
            self._shape = _shape_of(url)
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
        for url in (*self._free, *self._with_plugins.values()):
            drop_database(url)

    def _template_with(self, plugins: tuple[str, ...]) -> str:
        if plugins not in self._with_plugins:
            url = fresh_database(self._server, self._template)
            enable_plugins(url, plugins)
            self._with_plugins[plugins] = url
        return self._with_plugins[plugins]

    def _clean(self, url: str) -> bool:
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            if list(connection.execute(_SHAPE).scalars()) != self._shape:
                return False
            _empty(connection)
            seed(connection)
        return True


def _shape_of(url: str) -> list[str]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(_SHAPE).scalars())


def _empty(connection: Connection) -> None:
    filled = [name for name in connection.execute(_FILLED).scalars() if name not in _KEPT]
    if filled:
        names = ", ".join(f'"{name}"' for name in filled)
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    for name in connection.execute(_SEQUENCES).scalars().all():
        connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))
