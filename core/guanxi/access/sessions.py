"""Browser sessions on the server: opened at sign-in, found by cookie, ended at any time.

The cookie holds 256 random bits, the table only their hash. Anonymous sessions live for an hour
and hold no more than a form's token.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.grants import Grants
from guanxi.access.models import WebSession
from guanxi.access.principal import Principal
from guanxi.access.secrets import token_hash
from guanxi.db import Database, direct
from guanxi.errors import NotFound

LONGEST = timedelta(days=7)
ANONYMOUS = timedelta(hours=1)
_SEEN_AFTER = timedelta(minutes=1)

_FIND = """
    SELECT s.data, s.user_id, s.created_at, s.last_seen_at, s.expires_at,
           u.name, u.email, u.active, u.language, u.time_zone,
           u.totp_secret IS NOT NULL AS has_totp,
           (SELECT generation FROM platform_state) AS generation
    FROM web_sessions s LEFT JOIN users u ON u.id = s.user_id
    WHERE s.id_hash = %(id_hash)s AND s.expires_at > %(now)s
    """


class _Row(NamedTuple):
    """What :data:`_FIND` returns; what is known of the person is None where nobody is."""

    data: dict[str, Any]
    user_id: UUID | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    name: str
    email: str
    active: bool
    language: str
    time_zone: str
    has_totp: bool
    generation: int


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A living session: what it holds, whose it is, the platform's generation.

    ``has_totp`` says whether the person has set up a second factor.
    """

    data: dict[str, Any]
    principal: Principal | None
    generation: int
    user_id: UUID | None
    has_totp: bool


def new_session_id() -> str:
    """Return a fresh value for the cookie."""
    return secrets.token_urlsafe(32)


def find_session(
    database: Database, grants: Grants, session_id: str, *, idle: timedelta, now: datetime
) -> FoundSession | None:
    """Return the living session of a cookie, or None.

    :param idle: how long a session may be quiet before it has ended.
    """
    id_hash = token_hash(session_id)
    found = direct.first_row(database.engine, _FIND, {"id_hash": id_hash, "now": now})
    row = None if found is None else _Row(*found)
    if row is None or (row.user_id and (not row.active or now - row.last_seen_at > idle)):
        return None
    if now - row.last_seen_at > _SEEN_AFTER:
        _see(database, id_hash, now)
    principal = _principal(database, grants, row) if row.user_id else None
    return FoundSession(row.data, principal, row.generation, row.user_id, bool(row.has_totp))


def save_session(
    connection: Connection,
    session_id: str,
    *,
    user_id: UUID | None,
    data: dict[str, Any],
    address: str | None,
    browser: str | None,
    now: datetime,
) -> None:
    """Create the session or store its data anew."""
    lifetime = LONGEST if user_id else ANONYMOUS
    connection.execute(
        insert(WebSession)
        .values(
            id_hash=token_hash(session_id),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
            address=address,
            browser=(browser or "")[:300],
            data=data,
        )
        .on_conflict_do_update(index_elements=["id_hash"], set_={"data": data, "last_seen_at": now})
    )


def end_session(connection: Connection, session_id: str) -> None:
    """Forget one session."""
    connection.execute(delete(WebSession).where(WebSession.id_hash == token_hash(session_id)))


def end_sessions_of(session: Session, user_id: UUID, *, but: str | None = None) -> None:
    """End all sessions of a user, for example after a new password; ``but`` spares one cookie."""
    query = delete(WebSession).where(WebSession.user_id == user_id)
    if but is not None:
        query = query.where(WebSession.id_hash != token_hash(but))
    ended = len(session.execute(query.returning(WebSession.id_hash)).all())
    if ended:
        audit.record(session, "user.sessions_ended", ("user", user_id), after={"sessions": ended})


def end_session_of(session: Session, user_id: UUID, key: str) -> None:
    """End one of a user's sessions; ``key`` is the hexadecimal hash that lists show.

    :raises NotFound: it has ended already, or is somebody else's.
    """
    try:
        id_hash = bytes.fromhex(key)
    except ValueError:
        raise _unknown() from None
    query = delete(WebSession).where(WebSession.user_id == user_id, WebSession.id_hash == id_hash)
    if session.execute(query.returning(WebSession.user_id)).one_or_none() is None:
        raise _unknown()
    audit.record(session, "user.session_ended", ("user", user_id))


def sessions_of(session: Session, user_id: UUID) -> Sequence[WebSession]:
    """Return a user's sessions, the one used last first."""
    query = select(WebSession).where(WebSession.user_id == user_id)
    return session.scalars(query.order_by(WebSession.last_seen_at.desc())).all()


def forget_expired(session: Session, now: datetime) -> None:
    """Delete sessions past their time; a nightly job."""
    session.execute(delete(WebSession).where(WebSession.expires_at < now))


def _unknown() -> NotFound:
    return NotFound("This session has ended already.")


def _see(database: Database, id_hash: bytes, now: datetime) -> None:
    seen = update(WebSession).where(WebSession.id_hash == id_hash).values(last_seen_at=now)
    with database.autocommit.connect() as connection:
        connection.execute(seen)


def _principal(database: Database, grants: Grants, row: Any) -> Principal:
    grant = grants.of(database, row.user_id, row.generation)
    return Principal(
        user_id=row.user_id,
        name=row.name,
        email=row.email,
        permissions=grant.permissions,
        scope=grant.scope,
        team_ids=grant.team_ids,
        language=row.language,
        time_zone=row.time_zone,
        roles=grant.roles,
    )
