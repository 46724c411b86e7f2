"""Locks: one fit of a model at a time, and one who scores everybody while deliveries wait.

They are PostgreSQL's advisory locks, gone at the commit. A fit keeps no row locked while it
computes, so whoever writes customers, touchpoints or the model's options need not wait for it.
"""

from typing import Final
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.orm import Session

_FITS: Final = 0x53_4301_0000_0000
_SCORES: Final = 0x53_4302_0000_0000
"""Beginnings of numbers of our own; those of the core lie higher."""
PATIENCE: Final = "50s"
"""So long a delivery waits until everybody is scored; then its events are tried again."""

_TRY: Final = text("SELECT pg_try_advisory_xact_lock(:key)")
_ALONE: Final = text("SELECT pg_advisory_xact_lock(:key)")
_SHARED: Final = text(
    "SELECT set_config('lock_timeout', :patience, true), pg_advisory_xact_lock_shared(:key)"
)


def own_fit(session: Session, key: str) -> bool:
    """Have the fits of a model for oneself until the commit; False: somebody else has them."""
    return bool(session.execute(_TRY, {"key": _FITS + crc32(key.encode())}).scalar_one())


def own_scores(session: Session, key: str) -> None:
    """Have the scores of a model for oneself until the commit."""
    session.execute(_ALONE, {"key": _SCORES + crc32(key.encode())})


def share_scores(session: Session, key: str) -> None:
    """Keep away, until the commit, who scores everybody; others who score some may work."""
    values = {"key": _SCORES + crc32(key.encode()), "patience": PATIENCE}
    session.execute(_SHARED, values)
