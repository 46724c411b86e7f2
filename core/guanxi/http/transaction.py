"""One transaction per request that changes something, with its ``Idempotency-Key``.

The answer to a key is stored in the same transaction as the change, so that a retry after any
crash gets the first answer or does the work, never both.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, cast
from uuid import UUID

from flask import g, make_response, request
from flask.wrappers import Response
from sqlalchemy.orm import Session

from guanxi.http import idempotency


class RequestTransaction:
    """The write session of one request: opened when first asked for, finished by its wrapper."""

    def __init__(self) -> None:
        self._manager: AbstractContextManager[Session] | None = None
        self.session: Session | None = None
        self.dropped = False

    def open(self, change_set: UUID | None = None) -> Session:
        """Open the transaction, or return the open one."""
        from guanxi.http import current  # noqa: PLC0415 -- current offers tx(), which is ours

        if self.session is None:
            principal = current.principal_or_none()
            platform = current.platform()
            self._manager = platform.database.write(
                principal.actor if principal else idempotency.ANONYMOUS,
                now=current.now(),
                request_id=current.request_id(),
                change_set=change_set,
                dispatcher=platform.dispatcher,
                principal=principal,
            )
            self.session = self._manager.__enter__()
        return self.session

    def commit(self) -> None:
        """Finish the transaction."""
        if self._manager is not None:
            manager, self._manager = self._manager, None
            manager.__exit__(None, None, None)

    def roll_back(self) -> None:
        """Leave no trace."""
        if self._manager is not None and self.session is not None:
            self.session.rollback()
            self.session.close()
            self._manager = None
            self.dropped = True


def in_transaction(view: Callable[..., Any]) -> Callable[..., Response]:
    """Run ``view`` in the request's transaction and honour ``Idempotency-Key``."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        transaction = g.transaction = RequestTransaction()
        try:
            key = idempotency.key_of(request)
            if key is not None:
                replayed = idempotency.begin(transaction.open(), key)
                if replayed is not None:
                    return replayed
            response = make_response(view(*args, **kwargs))
            if response.status_code < 400 and not transaction.dropped:
                if key is not None:
                    idempotency.keep(transaction.open(), key, response)
                transaction.commit()
            return response
        finally:
            transaction.roll_back()
            g.pop("transaction", None)

    return wrapped


def drop_transaction() -> None:
    """Leave no trace of what the running request did so far; its answer may be a redirect."""
    transaction = g.get("transaction")
    if transaction is not None:
        cast(RequestTransaction, transaction).roll_back()


def open_transaction(change_set: UUID | None = None) -> Session:
    """Return the session of the running request's transaction.

    :raises RuntimeError: in a view of a safe method.
    """
    transaction = g.get("transaction")
    if transaction is None:
        raise RuntimeError("Only views of POST, PUT, PATCH and DELETE change something.")
    return cast(RequestTransaction, transaction).open(change_set)
