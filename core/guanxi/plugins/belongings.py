"""What the core's own tables hold for a plugin, beside the plugin's tables: settings, bookmarks,
figures, grants. Known by table and column, because those parts stand above the plugin host.

A test checks that the tables and columns exist.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

BELONGINGS = (
    ("settings", "scope"),
    ("settings_history", "scope"),
    ("delivery_bookmarks", "reader"),
    ("delivery_parked", "reader"),
    ("plugin_failures", "plugin"),
    ("hook_timings", "plugin"),
    ("job_runs", "plugin"),
)
"""Tables of the core and the column that names the plugin."""

GRANTS = (("roles", "permissions"), ("api_tokens", "scopes"))
"""Tables of the core with an array of permissions."""


def forget(session: Session, plugin: str) -> None:
    """Delete everything that the core keeps for ``plugin``, except events and audit."""
    for table, column in BELONGINGS:
        session.execute(text(f"DELETE FROM {table} WHERE {column} = :plugin"), {"plugin": plugin})  # noqa: S608
    for table, column in GRANTS:
        session.execute(
            text(
                f"UPDATE {table} SET {column} = ARRAY("  # noqa: S608 -- names from above
                f"SELECT p FROM unnest({column}) AS p WHERE NOT starts_with(p, :prefix)) "
                f"WHERE EXISTS (SELECT FROM unnest({column}) AS p WHERE starts_with(p, :prefix))"
            ),
            {"prefix": f"{plugin}."},
        )


def stored_settings(session: Session, plugin: str) -> Iterator[dict[str, Any]]:
    """Yield the plugin's settings as they are stored; secrets are encrypted there."""
    rows = session.execute(
        text("SELECT values, schema_version FROM settings WHERE scope = :plugin"),
        {"plugin": plugin},
    )
    yield from (dict(row) for row in rows.mappings())
