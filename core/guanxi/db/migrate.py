"""Bring the core's tables to the state that this version of Guanxi needs.

Several processes may start at once: the first migrates under an advisory lock, the others wait.
Plugins have histories of their own, see ``plugins.migrations``.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from guanxi.db import history as alembic
from guanxi.db.all_models import Base
from guanxi.db.database import driver_url
from guanxi.db.history import History
from guanxi.db.locks import lock_key
from guanxi.db.seeds import seed
from guanxi.errors import ConfigError, Unavailable

PATIENCE = 300
"""Seconds to wait for another process that is migrating."""

TABLE_PATIENCE = 10
"""Seconds to wait for a table that somebody else uses."""

_LOCK_NOT_AVAILABLE = "55P03"
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


def core_history() -> History:
    """Return the core's own history."""
    return History(
        versions=Path(__file__).parent / "migrations" / "versions",
        version_table="alembic_version",
        owns=lambda table: table in Base.metadata.tables,
        metadata=Base.metadata,
    )


def upgrade_core(url: str) -> bool:
    """Migrate the core's tables; True if there was something to do. See :func:`migrate`.

    What an installation starts with (roles, channels, kinds) is added where it is missing.
    """
    return migrate(url, core_history(), then=seed)


def migrate(
    url: str, history: History, *, then: Callable[[Connection], None] | None = None
) -> bool:
    """Apply what is pending of ``history`` in one transaction; True if there was something to do.

    :param then: called in the same transaction after something was applied.
    :raises ConfigError: the database was made by a newer Guanxi.
    :raises Unavailable: another process holds what is needed for too long.
    """
    engine = create_engine(driver_url(url), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            changed = _upgrade(connection, history)
            if changed and then is not None:
                then(connection)
            return changed
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise Unavailable(
            "The database is busy: another process is migrating it or holds a table. "
            "Stop other Guanxi processes and try again."
        ) from error
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """Say whether the core's tables are as this version needs them; cheap enough for a probe."""
    return alembic.current(connection, core_history()) == _core_head()


@cache
def _core_head() -> str | None:
    """Return the newest revision of this version's files, which do not change while it runs."""
    return alembic.head(core_history())


def lock_migrations(connection: Connection) -> None:
    """Wait until no other process migrates; keep the lock until the transaction ends.

    From then on statements wait only :data:`TABLE_PATIENCE` seconds for a table.
    """
    _limit_waiting(connection, PATIENCE)
    connection.execute(_LOCK, {"key": lock_key("migrations")})
    _limit_waiting(connection, TABLE_PATIENCE)


def _upgrade(connection: Connection, history: History) -> bool:
    lock_migrations(connection)
    at = alembic.current(connection, history)
    if at is not None and not alembic.knows(history, at):
        raise ConfigError(
            "This database was made by a newer version of Guanxi (its revision %(revision)s is "
            "unknown here). Install that version again, or restore a backup.",
            revision=at,
        )
    if at == alembic.head(history):
        return False
    alembic.upgrade(connection, history)
    return True


def _limit_waiting(connection: Connection, seconds: int) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))
