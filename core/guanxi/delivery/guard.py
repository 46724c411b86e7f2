"""Lend a session to a handler: it may write, but the transaction stays ours.

A handler that committed would part its writes from the bookmark that must move with them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


class BrokenTransaction(Exception):
    """A handler ended the transaction that it was lent; nothing of the batch can be kept."""


class HandlerExited(Exception):
    """A handler wanted to end the process, or was asked to end because it took too long."""


@contextmanager
def lent(session: Session) -> Iterator[None]:
    """Let somebody else work with ``session``.

    ``commit`` and ``rollback`` raise ``RuntimeError`` meanwhile, before they do anything.

    :raises BrokenTransaction: the transaction was ended in another way.
    :raises HandlerExited: in place of ``SystemExit``, which would end this thread unseen.
    """
    session.connection()  # begins the transaction where nothing was done yet
    transaction = session.get_transaction()
    session.info["lent"] = True
    try:
        yield
    except SystemExit as error:
        raise HandlerExited("The handler exited or took too long.") from error
    finally:
        session.info["lent"] = False
        if session.get_transaction() is not transaction:
            raise BrokenTransaction("The handler closed the session that it was lent.")
