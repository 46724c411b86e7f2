"""Roles and teams: who may do what, and whose customers one sees."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.models import Role, Team, UserRole
from guanxi.errors import Conflict, Invalid, NotFound, Refused
from guanxi.ids import new_id

SCOPES = ("own", "team", "all")
_BUMP = text("UPDATE platform_state SET generation = generation + 1")


def save_role(
    session: Session,
    role_id: UUID | None,
    *,
    title_en: str,
    title_zh: str,
    scope: str,
    permissions: Sequence[str],
    known: Collection[str],
) -> UUID:
    """Create (``role_id`` None) or change a role.

    Permissions of plugins that are switched off stay granted, so that nothing is lost by it.

    :param known: the permissions that exist now.
    :raises Invalid: unknown scope or permission, or no title.
    :raises Refused: the role Admin always may do everything.
    """
    unknown = set(permissions) - set(known)
    if scope not in SCOPES or unknown or not title_en.strip():
        raise Invalid("A role needs a title, a row rule, and permissions that exist.")
    role = session.get(Role, role_id) if role_id else None
    if role_id is not None and role is None:
        raise NotFound("There is no such role.")
    if role is not None and role.name == "admin":
        raise Refused("The role Admin always may do everything.")
    before = _facts(role) if role else {}
    if role is None:
        role = Role(id=new_id(), name=f"role-{new_id().hex}", built_in=False, permissions=[])
        session.add(role)
    hidden = [name for name in role.permissions if name not in known]
    role.title_en, role.title_zh = title_en.strip(), title_zh.strip() or title_en.strip()
    role.customer_scope, role.permissions = scope, sorted({*permissions, *hidden})
    session.flush()
    old, new = audit.difference(before, _facts(role))
    audit.record(session, "role.saved", ("role", role.id), before=old or None, after=new)
    session.execute(_BUMP)
    return role.id


def delete_role(session: Session, role_id: UUID) -> None:
    """Delete a role that nobody has.

    :raises Refused: built in, or somebody has it.
    """
    role = session.get(Role, role_id)
    if role is None:
        raise NotFound("There is no such role.")
    used = session.execute(select(exists().where(UserRole.role_id == role_id))).scalar_one()
    if role.built_in or used:
        raise Refused("This role is built in, or somebody still has it.")
    audit.record(session, "role.deleted", ("role", role_id), before=_facts(role))
    session.delete(role)
    session.execute(_BUMP)


def create_team(session: Session, name: str) -> UUID:
    """Make a team.

    :raises Conflict: the name is taken.
    """
    if not name.strip():
        raise Invalid("A team needs a name.")
    team_id = new_id()
    try:
        with session.begin_nested():
            session.execute(insert(Team).values(id=team_id, name=name.strip()))
    except IntegrityError:
        raise Conflict("There is a team with that name.") from None
    audit.record(session, "team.created", ("team", team_id), after={"name": name.strip()})
    return team_id


def delete_team(session: Session, team_id: UUID) -> None:
    """Delete a team; its members keep their own customers."""
    name = session.execute(
        delete(Team).where(Team.id == team_id).returning(Team.name)
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("There is no such team.")
    audit.record(session, "team.deleted", ("team", team_id), before={"name": name})
    session.execute(_BUMP)


def _facts(role: Role) -> dict[str, object]:
    return {
        "title": role.title_en,
        "customer_scope": role.customer_scope,
        "permissions": list(role.permissions),
    }
