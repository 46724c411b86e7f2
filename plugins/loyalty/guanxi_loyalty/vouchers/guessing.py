"""Slow down the guessing of codes (防猜测): wrong ones are counted in the database, for all.

Each wrong code beyond the free ones doubles the wait of whoever sent it, up to a quarter of an
hour. The count comes before the answer: who is over gets no more answers, even to tries that were
under way at the same moment.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi.sdk import Refused
from guanxi_loyalty.models import Guess
from guanxi_loyalty.texts import N_

FREE: Final = {"visitor": 5, "user": 10, "address": 50, "token": 100}
"""Wrong codes before one has to wait. A shop's program asks for many people; so does an office."""
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGET_AFTER: Final = timedelta(hours=1)

_UNTIL = text("SELECT max(blocked_until) FROM loyalty_guesses WHERE key = ANY(:keys)")
_COUNT = text(
    """
    INSERT INTO loyalty_guesses AS g (key, failures, last_failure_at) VALUES (:key, :wrong, :now)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN g.last_failure_at < :forget THEN :wrong ELSE g.failures + :wrong END,
        last_failure_at = greatest(g.last_failure_at, :now)
    RETURNING failures
    """
)
_BLOCK = text(
    "UPDATE loyalty_guesses SET blocked_until = greatest(blocked_until, :until) WHERE key = :key"
)


class TooManyTries(Refused):
    """Whoever asks sent too many wrong codes; ``retry_after`` is in seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            N_("Too many wrong codes. Wait %(seconds)s seconds, then try again."),
            seconds=retry_after,
        )
        self.retry_after = retry_after


def check(connection: Connection | Session, keys: Sequence[str], *, now: datetime) -> None:
    """Refuse to look at a code while one of ``keys`` has to wait.

    :param keys: who asks: ``token:ID``, ``user:ID``, ``address:IP``, ``visitor:NAME``.
    :raises TooManyTries: with the seconds to wait.
    """
    until = connection.execute(_UNTIL, {"keys": sorted(keys)}).scalar_one()
    if until is not None and until > now:
        raise TooManyTries(int((until - now).total_seconds()) + 1)


def count(
    connection: Connection | Session, keys: Sequence[str], wrong: int, *, now: datetime
) -> None:
    """Count ``wrong`` codes; call it before they are answered, and commit whatever it does.

    :raises TooManyTries: that was too many, so there is no answer but this.
    """
    waits = [_wait(connection, key, wrong, now=now) for key in sorted(keys)]
    longest = max(waits, default=None)
    if longest:
        raise TooManyTries(int(longest.total_seconds()))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete counts that no longer matter."""
    session.execute(delete(Guess).where(Guess.last_failure_at < now - FORGET_AFTER))


def _wait(connection: Connection | Session, key: str, wrong: int, *, now: datetime) -> timedelta:
    values: dict[str, Any] = {"key": key, "wrong": wrong, "now": now}
    failures = connection.execute(_COUNT, {**values, "forget": now - FORGET_AFTER}).scalar_one()
    over = failures - FREE.get(key.partition(":")[0], FREE["visitor"])
    if over <= 0:
        return timedelta(0)
    wait = min(timedelta(seconds=2 ** min(over, 10)), LONGEST_WAIT)
    connection.execute(_BLOCK, {"key": key, "until": now + wait})
    return wait
