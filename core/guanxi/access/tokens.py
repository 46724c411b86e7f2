"""API tokens: keys for programs that act as their owner, narrowed to scopes, until they expire."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.grants import Grants
from guanxi.access.models import ApiToken
from guanxi.access.principal import Principal
from guanxi.access.secrets import new_token, token_hash
from guanxi.db import Database, direct
from guanxi.errors import Invalid, NotFound, Unauthenticated
from guanxi.ids import new_id

PREFIX = "gx"
_TOUCH_AFTER = timedelta(minutes=1)

_FIND = """
    SELECT t.id, t.user_id, t.scopes, t.expires_at, t.revoked_at, t.last_used_at,
           u.name, u.email, u.active, u.language, u.time_zone,
           (SELECT generation FROM platform_state) AS generation
    FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = %s
    """


class _Found(NamedTuple):
    """What :data:`_FIND` returns."""

    id: UUID
    user_id: UUID
    scopes: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    name: str
    email: str
    active: bool
    language: str
    time_zone: str
    generation: int


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A principal, and the generation that was read with it."""

    principal: Principal
    generation: int


def authenticate_token(
    database: Database, grants: Grants, token: str, *, now: datetime
) -> Authenticated:
    """Return who a token speaks for. It never can more than its owner can now.

    :raises Unauthenticated: unknown, revoked or expired token, or the owner is inactive.
    """
    found = direct.first_row(database.engine, _FIND, (token_hash(token),))
    row = None if found is None else _Found(*found)
    if row is None or row.revoked_at is not None or not row.active:
        raise Unauthenticated("This token is not valid. Make a new one in your profile.")
    if row.expires_at is not None and row.expires_at <= now:
        raise Unauthenticated("This token has expired. Make a new one in your profile.")
    if row.last_used_at is None or now - row.last_used_at > _TOUCH_AFTER:
        _touch(database, row.id, now)
    grant = grants.of(database, row.user_id, row.generation)
    scopes = frozenset(row.scopes)
    principal = Principal(
        user_id=row.user_id,
        name=row.name,
        email=row.email,
        kind="token",
        permissions=grant.permissions & scopes if scopes else grant.permissions,
        scope=grant.scope,
        team_ids=grant.team_ids,
        language=row.language,
        time_zone=row.time_zone,
        token_id=row.id,
        roles=grant.roles,
    )
    return Authenticated(principal, row.generation)


def _touch(database: Database, token_id: UUID, now: datetime) -> None:
    with database.autocommit.connect() as connection:
        connection.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def create_token(
    session: Session,
    user_id: UUID,
    name: str,
    *,
    scopes: tuple[str, ...] = (),
    lifetime: timedelta | None = timedelta(days=90),
    known: Collection[str] | None = None,
    now: datetime,
) -> str:
    """Make a token and return it; this is the only time that it can be seen.

    :param scopes: permissions that it is narrowed to; empty means all of its owner's.
    :param known: the permissions that exist, where the scopes come from a person.
    :raises Invalid: a scope that is no permission.
    """
    unknown = sorted(set(scopes) - set(known)) if known is not None else []
    if unknown:
        raise Invalid("There is no permission %(name)s.", name=", ".join(unknown))
    token = new_token(PREFIX)
    token_id = new_id()
    expires_at = now + lifetime if lifetime else None
    session.execute(
        insert(ApiToken).values(
            id=token_id,
            token_hash=token_hash(token),
            prefix=token[:7],
            name=name,
            user_id=user_id,
            scopes=list(scopes),
            created_at=now,
            expires_at=expires_at,
        )
    )
    audit.record(
        session,
        "token.created",
        ("token", token_id),
        after={"name": name, "user_id": user_id, "scopes": scopes, "expires_at": expires_at},
    )
    return token


def tokens_of(session: Session, user_id: UUID) -> Sequence[ApiToken]:
    """Return a user's tokens that were not ended, the oldest first."""
    query = select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    return session.scalars(query.order_by(ApiToken.created_at)).all()


def revoke_token(session: Session, token_id: UUID, *, owner_id: UUID | None, now: datetime) -> None:
    """End a token at once. ``owner_id`` limits it to one's own; None is for admins.

    :raises NotFound: no such living token.
    """
    query = select(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
    if owner_id is not None:
        query = query.where(ApiToken.user_id == owner_id)
    token = session.execute(query).scalar_one_or_none()
    if token is None:
        raise NotFound("There is no such token.")
    token.revoked_at = now
    audit.record(session, "token.revoked", ("token", token_id), before={"name": token.name})
