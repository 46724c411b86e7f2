"""One history of migrations: a folder of Alembic versions with a version table of its own.

The core and each plugin have their own, so that a plugin whose package is gone never blocks the
others. The caller opens the transaction: PostgreSQL takes back a failed migration whole.
"""

import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import autogenerate, command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection

ENVIRONMENT = Path(__file__).parent / "migrations"

_one_at_a_time = threading.Lock()
"""Alembic's ``op`` is a global of the process."""


@dataclass(frozen=True, slots=True)
class History:
    """Where the versions lie, and which tables they are about.

    :param owns: whether a table of this name belongs to the history.
    """

    versions: Path
    version_table: str
    owns: Callable[[str], bool]
    metadata: MetaData = field(default_factory=MetaData)

    def includes(self, name: str | None, kind: str, _parents: object) -> bool:
        """Tell Alembic which of the database's tables to compare."""
        return kind != "table" or (name is not None and self.owns(name))


def head(history: History) -> str | None:
    """Return the newest revision; None where there are no migrations.

    :raises Exception: whatever a file of the folder raises, or Alembic about two heads.
    """
    return ScriptDirectory.from_config(_config(history)).get_current_head()


def current(connection: Connection, history: History) -> str | None:
    """Return the revision that the database is at; None before the first migration."""
    options = {"version_table": history.version_table}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def knows(history: History, revision: str) -> bool:
    """Say whether ``revision`` is among the files."""
    scripts = ScriptDirectory.from_config(_config(history))
    return any(script.revision == revision for script in scripts.walk_revisions())


def pending(connection: Connection, history: History) -> tuple[str, ...]:
    """Return the revisions that are still to be applied, oldest first."""
    scripts = ScriptDirectory.from_config(_config(history))
    at = current(connection, history) or "base"
    found = [script.revision for script in scripts.iterate_revisions("head", at)]
    return tuple(reversed(found))


def upgrade(connection: Connection, history: History) -> None:
    """Apply what is pending, in the transaction of ``connection``."""
    with _one_at_a_time:
        command.upgrade(_config(history, connection), "head")


def downgrade_to_base(connection: Connection, history: History) -> None:
    """Take every migration back, in the transaction of ``connection``."""
    with _one_at_a_time:
        command.downgrade(_config(history, connection), "base")


def write_revision(connection: Connection, history: History, message: str) -> Path:
    """Write a new migration file with the difference between models and database.

    The file is a draft: read it before it is used.
    """
    with _one_at_a_time:
        script = command.revision(
            _config(history, connection),
            message,
            autogenerate=True,
            version_path=str(history.versions),
        )
    if not isinstance(script, Script):
        raise TypeError("Alembic wrote no single file.")
    return Path(script.path)


def difference(connection: Connection, history: History) -> list[Any]:
    """Return how the models differ from the database; empty where migrations are complete."""
    context = MigrationContext.configure(
        connection,
        opts={
            "version_table": history.version_table,
            "include_name": history.includes,
            "compare_type": True,
        },
    )
    return list(autogenerate.compare_metadata(context, history.metadata))


def _config(history: History, connection: Connection | None = None) -> Config:
    config = Config(
        cmd_opts=Namespace(quiet=True),
        attributes={"history": history, "connection": connection},
    )
    config.set_main_option("script_location", _literal(ENVIRONMENT))
    config.set_main_option("version_locations", _literal(history.versions))
    config.set_main_option("path_separator", "newline")
    return config


def _literal(path: Path) -> str:
    return str(path).replace("%", "%%")
