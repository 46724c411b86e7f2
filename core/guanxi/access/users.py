"""Users: invite, change, deactivate; their roles, their password. Each change ends what it must."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.links import create_link, end_links_of
from guanxi.access.models import Role, Team, TeamMember, User, UserRole
from guanxi.access.passwords import check_password, hash_password
from guanxi.access.sessions import end_sessions_of
from guanxi.errors import Conflict, Invalid, NotFound, Refused
from guanxi.ids import new_id

MAX_NAME = 200
MAX_EMAIL = 254
_BUMP = text("UPDATE platform_state SET generation = generation + 1")
_ADMINS = text(
    """
    SELECT count(*) FROM users u JOIN user_roles ur ON ur.user_id = u.id
    JOIN roles r ON r.id = ur.role_id WHERE r.name = 'admin' AND u.active
    """
)


def invite(
    session: Session,
    *,
    email: str,
    name: str,
    role_ids: Sequence[UUID],
    language: str = "en",
    time_zone: str = "UTC",
    now: datetime,
) -> tuple[UUID, str]:
    """Make a user without a password; return the id and the token of the invitation link.

    :raises Conflict: somebody has that e-mail address.
    :raises Invalid: no name, no address, or a role that does not exist.
    """
    email, name = email.strip(), name.strip()
    if not 1 <= len(name) <= MAX_NAME or "@" not in email or len(email) > MAX_EMAIL:
        raise Invalid("A name and an e-mail address are needed.")
    user_id = new_id()
    try:
        with session.begin_nested():
            session.execute(
                insert(User).values(
                    id=user_id,
                    email=email,
                    name=name,
                    language=language,
                    time_zone=time_zone,
                    created_at=now,
                )
            )
    except IntegrityError:
        raise Conflict("Somebody already has the address %(email)s.", email=email) from None
    _set_roles(session, user_id, role_ids)
    after = {"email": email, "name": name, "roles": role_names(session, user_id)}
    audit.record(session, "user.created", ("user", user_id), after=after)
    session.execute(_BUMP)
    return user_id, create_link(session, user_id, "invite", now=now)


def change_user(
    session: Session,
    user_id: UUID,
    *,
    name: str,
    active: bool,
    role_ids: Sequence[UUID],
    team_ids: Sequence[UUID],
) -> None:
    """Change a user. Less than before, or inactive, ends the user's sessions.

    :raises Invalid: no name, or a role or team that does not exist.
    :raises Refused: nobody would be left who may do everything.
    """
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise Invalid("A name is needed.", fields={"name": ["A name is needed."]})
    user = get_user(session, user_id)
    had_roles = set(role_names(session, user_id))
    before = _facts(session, user)
    user.name, user.active = name.strip(), active
    session.flush()
    _set_roles(session, user_id, role_ids)
    _set_teams(session, user_id, team_ids)
    if session.execute(_ADMINS).scalar_one() == 0:
        raise Refused("At least one active user keeps the role Admin.")
    after = _facts(session, user)
    if before != after:
        old, new = audit.difference(before, after)
        audit.record(session, "user.changed", ("user", user_id), before=old, after=new)
    if not active or had_roles - set(role_names(session, user_id)):
        end_sessions_of(session, user_id)
    session.execute(_BUMP)


def choose_password(
    session: Session, user_id: UUID, password: str, *, keep_session: str | None, now: datetime
) -> None:
    """Set a new password; all other sessions and all links end.

    :raises Invalid: too short or easy to guess.
    """
    user = get_user(session, user_id)
    check_password(password, user.name, user.email)
    user.password_hash, user.password_changed_at = hash_password(password), now
    end_sessions_of(session, user_id, but=keep_session)
    end_links_of(session, user_id, now=now)
    audit.record(session, "user.password_chosen", ("user", user_id))


def change_profile(
    session: Session, user_id: UUID, *, name: str, language: str, time_zone: str
) -> None:
    """Change what a person may change of themselves.

    :raises Invalid: an empty name.
    """
    if not name.strip():
        raise Invalid("A name is needed.", fields={"name": ["A name is needed."]})
    user = get_user(session, user_id)
    before = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    after = {"name": name.strip(), "language": language, "time_zone": time_zone}
    session.execute(update(User).where(User.id == user_id).values(**after))
    old, new = audit.difference(before, after)
    if new:
        audit.record(session, "user.changed", ("user", user_id), before=old, after=new)


def find_active(session: Session, email: str) -> User | None:
    """Return the user of an address who may sign in, or None."""
    return session.scalars(
        select(User).where(func.lower(User.email) == email.strip().lower(), User.active)
    ).one_or_none()


def get_user(session: Session, user_id: UUID) -> User:
    """Return a user.

    :raises NotFound: no such user.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def role_names(session: Session, user_id: UUID) -> list[str]:
    """Return the names of a user's roles."""
    query = select(Role.name).join(UserRole, UserRole.role_id == Role.id)
    return list(session.scalars(query.where(UserRole.user_id == user_id).order_by(Role.name)))


def team_names(session: Session, user_id: UUID) -> list[str]:
    """Return the names of a user's teams."""
    query = select(Team.name).join(TeamMember, TeamMember.team_id == Team.id)
    return list(session.scalars(query.where(TeamMember.user_id == user_id).order_by(Team.name)))


def _facts(session: Session, user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "active": user.active,
        "roles": role_names(session, user.id),
        "teams": team_names(session, user.id),
    }


def _set_roles(session: Session, user_id: UUID, role_ids: Sequence[UUID]) -> None:
    known = set(session.scalars(select(Role.id).where(Role.id.in_(role_ids))))
    if len(known) != len(set(role_ids)):
        raise Invalid("One of these roles does not exist.")
    session.execute(delete(UserRole).where(UserRole.user_id == user_id))
    if known:
        rows = [{"user_id": user_id, "role_id": role_id} for role_id in known]
        session.execute(insert(UserRole), rows)


def _set_teams(session: Session, user_id: UUID, team_ids: Sequence[UUID]) -> None:
    known = set(session.scalars(select(Team.id).where(Team.id.in_(team_ids))))
    if len(known) != len(set(team_ids)):
        raise Invalid("One of these teams does not exist.")
    session.execute(delete(TeamMember).where(TeamMember.user_id == user_id))
    if known:
        rows = [{"user_id": user_id, "team_id": team_id} for team_id in known]
        session.execute(insert(TeamMember), rows)
