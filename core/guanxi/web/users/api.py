"""People who work here by API: who asks, whom customers can be given to, teams, roles.

Inviting and changing people is for the web and the command line, as a link has to reach them.
"""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.access.models import ApiToken, Role, Team, TeamMember, User, UserRole
from guanxi.access.users import get_user
from guanxi.db import json
from guanxi.http import current
from guanxi.http.routes import Api

VIEW, MANAGE = "customers.view", "users.manage"

api = Api("users", __name__, url_prefix="/api/v1", description="People, teams and roles")


class MeSchema(Schema):
    """Who asks. ``scope`` says whose customers are seen: own, team or all."""

    user_id = fields.UUID(allow_none=True)
    name = fields.String()
    email = fields.String()
    permissions = fields.List(fields.String())
    scope = fields.String()
    token_name = fields.String(allow_none=True)
    token_expires_at = fields.AwareDateTime(allow_none=True)


class UserSchema(Schema):
    """Somebody who works here."""

    id = fields.UUID()
    name = fields.String()
    email = fields.String()
    active = fields.Boolean()
    team_ids = fields.List(fields.UUID())


class UsersSchema(Schema):
    """All users by name, those who left last."""

    items = fields.List(fields.Nested(UserSchema))


class TeamSchema(Schema):
    """People who look after customers together."""

    id = fields.UUID()
    name = fields.String()


class TeamsSchema(Schema):
    """All teams by name."""

    items = fields.List(fields.Nested(TeamSchema))


class RoleSchema(Schema):
    """A named set of permissions; ``user_ids`` are those who have it."""

    id = fields.UUID()
    name = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    customer_scope = fields.String()
    permissions = fields.List(fields.String())
    built_in = fields.Boolean()
    user_ids = fields.List(fields.UUID())


class RolesSchema(Schema):
    """All roles by name."""

    items = fields.List(fields.Nested(RoleSchema))


@api.get("/me", public=True)
@api.doc(security=[{"token": []}])
@api.response(200, MeSchema)
def show_me() -> Response:
    """Whom this token speaks for, and what it may do."""
    principal, session = current.principal(), current.session()
    token = session.get(ApiToken, principal.token_id) if principal.token_id else None
    body = {
        "user_id": principal.user_id,
        "name": principal.name,
        "email": principal.email,
        "permissions": sorted(principal.permissions),
        "scope": principal.scope,
        "token_name": token.name if token else None,
        "token_expires_at": token.expires_at if token else None,
    }
    return _answer(body)


@api.get("/users", permission=VIEW)
@api.response(200, UsersSchema)
def list_users() -> Response:
    """Everybody who works here, for ``owner_id``, ``staff_id`` and ``assignee_id``."""
    session = current.session()
    order = (User.active.desc(), func.lower(User.name), User.id)
    teams = _grouped(session, TeamMember.user_id, TeamMember.team_id)
    found = session.scalars(select(User).order_by(*order))
    return _answer({"items": [_shown(user, teams.get(user.id, [])) for user in found]})


@api.get("/users/<uuid:user_id>", permission=VIEW)
@api.response(200, UserSchema)
def show_user(user_id: UUID) -> Response:
    """One user."""
    session = current.session()
    teams = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
    return _answer(_shown(get_user(session, user_id), list(session.scalars(teams))))


@api.get("/teams", permission=VIEW)
@api.response(200, TeamsSchema)
def list_teams() -> Response:
    """All teams by name."""
    found = current.session().scalars(select(Team).order_by(Team.name))
    return _answer({"items": [{"id": team.id, "name": team.name} for team in found]})


@api.get("/roles", permission=MANAGE)
@api.response(200, RolesSchema)
def list_roles() -> Response:
    """All roles by name, what they permit, and who has them."""
    session = current.session()
    users = _grouped(session, UserRole.role_id, UserRole.user_id)
    names = tuple(name for name in RoleSchema().fields if name != "user_ids")
    items = [
        {**{name: getattr(role, name) for name in names}, "user_ids": users.get(role.id, [])}
        for role in session.scalars(select(Role).order_by(Role.name))
    ]
    return _answer({"items": items})


def _grouped(session: Session, by: Any, what: Any) -> dict[UUID, list[UUID]]:
    return dict(session.execute(select(by, func.array_agg(what)).group_by(by)).all())


def _shown(user: User, team_ids: list[UUID]) -> dict[str, Any]:
    names = ("id", "name", "email", "active")
    return {**{name: getattr(user, name) for name in names}, "team_ids": team_ids}


def _answer(body: Any) -> Response:
    return Response(json.dumps_bytes(body), content_type="application/json")
