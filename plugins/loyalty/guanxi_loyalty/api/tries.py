"""Wrong codes at the API: whoever sends too many waits, whichever process they reach.

A program of a shop asks for many people, so it may say for whom (``visitor``); otherwise the
customer of the basket counts as one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response, after_this_request, request

from guanxi.sdk import current, web
from guanxi_loyalty.vouchers import guessing
from guanxi_loyalty.vouchers.guessing import TooManyTries
from guanxi_loyalty.vouchers.secrecy import NotUsable


@contextmanager
def guarded(visitor: str | None, customer_id: UUID | None = None) -> Iterator[Sequence[str]]:
    """Look at codes inside: refused while one has to wait, and counted where one is wrong.

    :raises TooManyTries: too many were wrong.
    """
    keys = _senders(visitor, customer_id)
    with _told_when():
        with current.platform().database.autocommit.connect() as connection:
            guessing.check(connection, keys, now=current.now())
        try:
            yield keys
        except NotUsable:
            web.drop_transaction()
            count(keys, 1)
            raise


def count(keys: Sequence[str], wrong: int) -> None:
    """Count wrong codes, whatever becomes of the request.

    :raises TooManyTries: that was too many, so they get no other answer.
    """
    with _told_when(), current.platform().database.autocommit.connect() as connection:
        guessing.count(connection, keys, wrong, now=current.now())


def _senders(visitor: str | None, customer_id: UUID | None) -> Sequence[str]:
    who = current.principal()
    if who.token_id is None:
        return [f"user:{who.user_id}", f"address:{request.remote_addr}"]
    asking = visitor or (str(customer_id) if customer_id is not None else None)
    one = [] if asking is None else [f"visitor:{who.token_id}/{asking}"]
    return [f"token:{who.token_id}", *one]


@contextmanager
def _told_when() -> Iterator[None]:
    """Say in the answer when to come again."""
    try:
        yield
    except TooManyTries as error:
        seconds: Any = str(error.retry_after)

        def tell(response: Response) -> Response:
            response.headers["Retry-After"] = seconds
            return response

        after_this_request(tell)
        raise
