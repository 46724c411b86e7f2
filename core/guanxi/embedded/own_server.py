"""A PostgreSQL server of one's own, named by ``DATABASE_URL``: is it there, and does it fit?"""

from typing import Any

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from guanxi.embedded.faults import EmbeddedError

_OLDEST = 15
"""Major version; older ones lack what the migrations use (``NULLS NOT DISTINCT``)."""

_CONNECT_LIMIT = 10
"""Seconds."""

_FITS = """
    SELECT current_setting('server_encoding'), pg_is_in_recovery(),
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
"""


def check_own_server(database_url: str) -> str:
    """Connect once and return the address in SQLAlchemy's form.

    :raises EmbeddedError: no PostgreSQL address, nobody answers, too old a server, or a database
        that does not do. The sentence never holds the password.
    """
    address = _address(database_url)
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=_CONNECT_LIMIT) as connection:
            version = connection.info.server_version // 10_000
            if version >= _OLDEST:
                _check_database(connection)
    except psycopg.Error as error:
        raise EmbeddedError(
            "The database at DATABASE_URL (%(address)s) cannot be reached (%(why)s): "
            "check that the server runs, and that address, user and password are right.",
            address=address.render_as_string(hide_password=True),
            why=_reason(error, address),
        ) from error
    if version < _OLDEST:
        raise EmbeddedError(
            "The server at DATABASE_URL is PostgreSQL %(version)s: "
            "use version %(oldest)s or later.",
            version=version,
            oldest=_OLDEST,
        )
    return address.render_as_string(hide_password=False)


def _check_database(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(_FITS).fetchone()
    encoding, standby, may_create = row if row is not None else ("?", False, False)
    if standby:
        raise EmbeddedError(
            "The server at DATABASE_URL is a standby, which takes no changes: name the primary one."
        )
    if encoding != "UTF8":
        raise EmbeddedError(
            "The database at DATABASE_URL stores text as %(encoding)s: "
            "create another one with ENCODING 'UTF8'.",
            encoding=encoding,
        )
    if not may_create:
        raise EmbeddedError(
            "The user in DATABASE_URL may not create tables: make it the owner of its database."
        )


def _address(database_url: str) -> URL:
    try:
        address = make_url(database_url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.get_backend_name() not in ("postgresql", "postgres"):
        raise EmbeddedError(
            "DATABASE_URL is not the address of a PostgreSQL database: write it as "
            "postgresql://user:password@host:5432/database."
        )
    return address.set(drivername="postgresql+psycopg")


def _reason(error: psycopg.Error, address: URL) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    line = lines[0].removeprefix("connection failed: ")
    return line.replace(str(address.password), "***") if address.password else line
