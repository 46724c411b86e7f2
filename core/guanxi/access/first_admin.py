"""The first admin: exists without a password, and signs in once by a link from the command line."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.links import create_link
from guanxi.access.models import Role, User, UserRole
from guanxi.ids import new_id

EMAIL = "admin@localhost"


def first_admin_link(session: Session, *, now: datetime) -> str | None:
    """Return the token of a sign-in link while no user has ever signed in, else None."""
    if session.execute(select(exists().where(User.last_sign_in_at.is_not(None)))).scalar_one():
        return None
    return create_link(session, _admin(session, now), "sign_in", now=now)


def _admin(session: Session, now: datetime) -> UUID:
    found = session.execute(select(User.id).where(User.email == EMAIL)).scalar_one_or_none()
    if found is not None:
        return found
    user_id = new_id()
    session.execute(insert(User).values(id=user_id, email=EMAIL, name="Admin", created_at=now))
    role_id = session.execute(select(Role.id).where(Role.name == "admin")).scalar_one()
    session.execute(insert(UserRole).values(user_id=user_id, role_id=role_id))
    audit.record(
        session, "user.created", ("user", user_id), after={"email": EMAIL, "role": "admin"}
    )
    return user_id
