"""Slow down guessing: failures per account and per address, counted in the database.

Back-off instead of a lock, so that nobody can lock somebody else out for good.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi.access.models import SignInThrottle
from guanxi.errors import TooManyRequests

FREE_FAILURES = 5
FREE_OF_ADDRESS = 50
"""A whole office comes from one address; guessing at many accounts from there is still slow."""
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)


def check(connection: Connection, keys: tuple[str, ...], *, now: datetime) -> None:
    """Refuse a try while one of ``keys`` has to wait.

    :raises TooManyRequests: with the seconds to wait.
    """
    until = connection.execute(
        select(func.max(SignInThrottle.blocked_until)).where(SignInThrottle.key.in_(keys))
    ).scalar_one()
    if until is not None and until > now:
        seconds = int((until - now).total_seconds()) + 1
        raise TooManyRequests(
            "Too many tries. Wait %(seconds)s seconds, then try again.",
            seconds=seconds,
            retry_after=seconds,
        )


def count_failure(connection: Connection, keys: tuple[str, ...], *, now: datetime) -> None:
    """Count a failed try. Each beyond the free ones doubles the wait, up to a quarter of an hour.

    :param keys: ``account:...``, ``address:...``; addresses have more free tries.
    """
    for key in keys:
        failures = connection.execute(
            insert(SignInThrottle)
            .values(key=key, failures=1, last_failure_at=now)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "failures": text(
                        "CASE WHEN sign_in_throttle.last_failure_at < :forget "
                        "THEN 1 ELSE sign_in_throttle.failures + 1 END"
                    ).bindparams(forget=now - FORGET_AFTER),
                    "last_failure_at": now,
                },
            )
            .returning(SignInThrottle.failures)
        ).scalar_one()
        over = failures - _free(key)
        if over > 0:
            wait = min(timedelta(seconds=2 ** min(over, 10)), LONGEST_WAIT)
            connection.execute(
                text("UPDATE sign_in_throttle SET blocked_until = :until WHERE key = :key"),
                {"until": now + wait, "key": key},
            )


def forgive(connection: Connection, keys: tuple[str, ...]) -> None:
    """Forget the failures of ``keys`` after a success."""
    connection.execute(delete(SignInThrottle).where(SignInThrottle.key.in_(keys)))


def forget_old(session: Session, now: datetime) -> None:
    """Delete counts that no longer matter; a nightly job."""
    session.execute(
        delete(SignInThrottle).where(SignInThrottle.last_failure_at < now - FORGET_AFTER)
    )


def _free(key: str) -> int:
    return FREE_OF_ADDRESS if key.partition(":")[0].endswith("address") else FREE_FAILURES
