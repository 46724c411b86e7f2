"""The request at hand: who asks, when, and its sessions. Domain functions never import this."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import cast
from uuid import UUID

from flask import Flask, current_app, g, has_request_context
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars, clear_contextvars

from guanxi.access.principal import Principal
from guanxi.clock import utc_now
from guanxi.db.write import Actor
from guanxi.errors import Unauthenticated
from guanxi.http.transaction import open_transaction
from guanxi.ids import new_id
from guanxi.platform import Platform


def platform() -> Platform:
    """Return the platform that this app serves."""
    return cast(Platform, current_app.extensions["guanxi"])


def now() -> datetime:
    """Return the instant of this request; the same throughout it."""
    found: datetime | None = g.get("now")
    if found is None:
        found = g.now = utc_now()
    return found


def request_id() -> str:
    """Return the id of this request, for the log and the audit."""
    found: str | None = g.get("request_id")
    if found is None:
        found = g.request_id = new_id().hex
    return found


def principal() -> Principal:
    """Return who is asking.

    :raises Unauthenticated: nobody is signed in.
    """
    found = principal_or_none()
    if found is None:
        raise Unauthenticated("Sign in first, or send a token.")
    return found


def principal_or_none() -> Principal | None:
    """Return who is asking, or None on a public page."""
    return cast("Principal | None", g.get("principal")) if has_request_context() else None


def session() -> Session:
    """Return the request's session for reading; it sees only what the principal may see."""
    if "read_session" not in g:
        reading = platform().database.read(principal_or_none())
        g.read_session = reading.__enter__()
        g.close_read_session = lambda: reading.__exit__(None, None, None)
    return cast(Session, g.read_session)


def tx(change_set: UUID | None = None) -> Session:
    """Return the session of the request's transaction, opened at the first call.

    It commits after the view returned an answer below 400, and rolls back otherwise. Only views
    of unsafe methods have one.
    """
    return open_transaction(change_set)


def tx_of_nobody(name: str) -> AbstractContextManager[Session]:
    """Open a transaction of somebody without an account, such as who answers a public form.

    Whoever is signed in at the same browser has no part in it: neither their name nor their row
    rule. It commits at the end of the block, and leaves no trace where that raises.

    :param name: what the log and the audit call them.
    """
    there = platform()
    return there.database.write(
        Actor("system", name), now=now(), request_id=request_id(), dispatcher=there.dispatcher
    )


def close_sessions(_error: BaseException | None = None) -> None:
    """Give the reading session's connection back; runs at the end of each request."""
    close = g.pop("close_read_session", None)
    g.pop("read_session", None)
    if close is not None:
        close()


def init_app(app: Flask) -> None:
    """Attach what happens at the beginning and the end of each request."""
    app.before_request(_name_the_log)
    app.teardown_request(close_sessions)


def _name_the_log() -> None:
    """Give every line that is logged from here on the id that the answer carries, too."""
    clear_contextvars()
    bind_contextvars(request_id=request_id())
