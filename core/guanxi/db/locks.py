"""Advisory locks of PostgreSQL under names, for work that only one process may do at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.db.database import Database

_TRY = text("SELECT pg_try_advisory_xact_lock(:key)")
_WAIT = text("SELECT pg_advisory_xact_lock(:key)")
_JOIN = text("SELECT pg_advisory_lock_shared(:key)")
_LEAVE = text("SELECT pg_advisory_unlock_shared(:key)")


def lock_key(*parts: object) -> int:
    """Return the signed 56-bit lock number for a name; the log's own keys lie above them."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")


def try_lock(session: Session, *parts: object) -> bool:
    """Take the lock until the transaction ends, or return False at once."""
    return bool(session.execute(_TRY, {"key": lock_key(*parts)}).scalar_one())


def wait_lock(session: Session, *parts: object) -> None:
    """Wait for the lock and keep it until the transaction ends."""
    session.execute(_WAIT, {"key": lock_key(*parts)})


@contextmanager
def at_work(database: Database, *parts: object) -> Iterator[None]:
    """Show for as long as the block runs that somebody is at this work; it keeps nobody out.

    The sign hangs on a connection of its own and goes with the process, however that ends.
    """
    key = {"key": lock_key(*parts)}
    with database.autocommit.connect() as connection:
        connection.execute(_JOIN, key)
        try:
            yield
        finally:
            try:
                connection.execute(_LEAVE, key)
            except DBAPIError:  # the connection is gone, and the sign with it
                connection.invalidate()


def is_at_work(session: Session, *parts: object) -> bool:
    """Tell whether somebody is at this work now (:func:`at_work`)."""
    return not try_lock(session, *parts)
