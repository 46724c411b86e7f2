"""What went wrong, in words that fit into a row, and whose fault it was."""

import traceback
from collections.abc import Iterator

from psycopg import errors
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from guanxi.plugins.watch import HookTimedOut

_LONGEST = 4000
_PASSING = (
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.LockNotAvailable,
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.TooManyConnections,
    errors.DiskFull,
    errors.IdleInTransactionSessionTimeout,
)


def is_passing(error: BaseException) -> bool:
    """Tell whether no event is to blame, so that the same may go well later.

    The database had trouble, or the handler was cut off because it hung: then the watch puts its
    plugin in quarantine.
    """
    return any(_spares_the_event(cause) for cause in _causes(error))


def described(error: BaseException) -> str:
    """Return class and message of ``error`` and the end of its traceback, without NUL bytes."""
    lines = "".join(traceback.format_exception(error, limit=-8))
    head = f"{type(error).__name__}: {error}"
    return f"{head[:_LONGEST]}\n\n{lines[-_LONGEST:]}".replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _spares_the_event(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, (*_PASSING, DisconnectionError, PoolTimeout, HookTimedOut))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
