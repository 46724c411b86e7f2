"""Troubles of the machine that stop a command, each as one sentence that says what to do.

The database went away, a disk is full, a folder is somebody else's. What is not known here is a
defect of ours and keeps its traceback.
"""

import errno
from collections.abc import Iterator
from typing import Final

from guanxi.errors import GuanxiError, Unavailable

_OF_A_FILE: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
)


def explained(error: BaseException) -> GuanxiError | None:
    """Return the sentence for ``error``, or None where it is no trouble of the machine."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _OF_A_FILE:
            return Unavailable(
                "%(path)s cannot be written (%(why)s): check who may write there, "
                "and whether the disk is full.",
                path=cause.filename or "A file",
                why=cause.strerror,
            )
    return _of_the_database(error)


def disk_full(error: BaseException | None) -> Unavailable | None:
    """Return the sentence for a database that has no space left to write."""
    from psycopg import errors  # noqa: PLC0415 -- only in trouble

    if not isinstance(error, errors.DiskFull):
        return None
    return Unavailable("The disk of the database is full: free some space, then try again.")


def _of_the_database(error: BaseException) -> GuanxiError | None:
    from psycopg import Error, OperationalError, errors  # noqa: PLC0415 -- only in trouble

    found = next((cause for cause in _causes(error) if isinstance(cause, Error)), None)
    if found is None:
        return None
    why = (str(found).splitlines() or [type(found).__name__])[0]
    full = disk_full(found)
    if full is not None:
        return full
    if isinstance(found, errors.InsufficientPrivilege):
        return Unavailable(
            "The database does not allow this (%(why)s): "
            "make the role in DATABASE_URL the owner of its database.",
            why=why,
        )
    if isinstance(found, errors.UndefinedTable):
        return Unavailable("The database lacks a table: run `guanxi migrate` first.")
    if isinstance(found, OperationalError):
        return Unavailable(
            "The database cannot be reached, or went away in the middle (%(why)s): "
            "check that it runs, then try again.",
            why=why,
        )
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
