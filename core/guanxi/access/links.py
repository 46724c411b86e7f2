"""One-time links: to sign in the first admin, to invite somebody, to choose a new password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.models import OneTimeLink, User
from guanxi.access.secrets import new_token, token_hash
from guanxi.errors import NotFound

Purpose = Literal["sign_in", "invite", "reset"]
LIFETIMES: dict[Purpose, timedelta] = {
    "sign_in": timedelta(hours=24),
    "invite": timedelta(days=7),
    "reset": timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whose link it is, for the page that asks before it is used."""

    user_id: UUID
    name: str
    email: str
    purpose: Purpose


def create_link(session: Session, user_id: UUID, purpose: Purpose, *, now: datetime) -> str:
    """Make a link and return its token; earlier ones of the same purpose end."""
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.user_id == user_id,
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )
    token = new_token("gxl")
    session.execute(
        insert(OneTimeLink).values(
            token_hash=token_hash(token),
            user_id=user_id,
            purpose=purpose,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    audit.record(session, "user.link_made", ("user", user_id), after={"purpose": purpose})
    return token


def look_at_link(session: Session, token: str, *, now: datetime) -> LinkOwner:
    """Return whose link it is without using it up; mail scanners follow links too.

    :raises NotFound: unknown, used or expired.
    """
    row = session.execute(
        select(User.id, User.name, User.email, OneTimeLink.purpose)
        .join(OneTimeLink, OneTimeLink.user_id == User.id)
        .where(*_living(token, now), User.active)
    ).one_or_none()
    if row is None:
        raise _gone()
    return LinkOwner(row.id, row.name, row.email, row.purpose)


def use_link(session: Session, token: str, *, now: datetime) -> LinkOwner:
    """Use the link up; of two at once one wins.

    :raises NotFound: unknown, used or expired.
    """
    owner = look_at_link(session, token, now=now)
    used = session.execute(
        update(OneTimeLink)
        .where(*_living(token, now))
        .values(used_at=now)
        .returning(OneTimeLink.user_id)
    ).one_or_none()
    if used is None:
        raise _gone()
    return owner


def end_links_of(session: Session, user_id: UUID, *, now: datetime) -> None:
    """End what was mailed or handed to a user earlier, for example after a new password."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )


def forget_old(session: Session, now: datetime) -> None:
    """Delete links past their time; a nightly job."""
    session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < now))


def _living(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.token_hash == token_hash(token),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )


def _gone() -> NotFound:
    return NotFound("This link was used before or has expired. Ask for a new one.")
