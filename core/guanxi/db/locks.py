"""Advisory locks of PostgreSQL under names, for work that only one process may do at a time."""

from hashlib import blake2b

from sqlalchemy import text
from sqlalchemy.orm import Session

_TRY = text("SELECT pg_try_advisory_xact_lock(:key)")
_WAIT = text("SELECT pg_advisory_xact_lock(:key)")


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
