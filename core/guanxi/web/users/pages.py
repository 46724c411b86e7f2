"""Users, roles and teams, for admins."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from guanxi.access import roles, users
from guanxi.access.links import create_link
from guanxi.access.models import Role, Team, TeamMember, User, UserRole
from guanxi.access.permissions import CORE_PERMISSIONS
from guanxi.errors import GuanxiError, Invalid, NotFound
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Pages
from guanxi.i18n import _
from guanxi.plugins.contract import Permission

pages = Pages("users", __name__, url_prefix="/users")
MANAGE = "users.manage"


@pages.get("/", permission=MANAGE)
def list_users() -> str:
    """All users with their roles."""
    session = current.session()
    granted = select(UserRole.user_id, func.array_agg(Role.title_en).label("en"),
                     func.array_agg(Role.title_zh).label("zh")).join(
        Role, Role.id == UserRole.role_id).group_by(UserRole.user_id).subquery()  # fmt: skip
    query = select(User, granted.c.en, granted.c.zh).outerjoin(
        granted, granted.c.user_id == User.id
    )
    found = session.execute(query.order_by(User.active.desc(), func.lower(User.name))).all()
    return render_template("users/list.html", users=found)


@pages.get("/new", permission=MANAGE)
def new() -> str:
    """The form to invite somebody."""
    return render_template("users/new.html", role_options=_role_options(), values={}, errors={})


@pages.post("/new", permission=MANAGE)
def create() -> str | tuple[str, int]:
    """Invite, and show the link once."""
    form = request.form
    try:
        name = form.get("name", "")
        user_id, token = users.invite(
            current.tx(),
            email=form.get("email", ""),
            name=name,
            role_ids=_ids("roles"),
            now=current.now(),
        )
    except GuanxiError as error:
        errors = {"": _(error.message, **error.params)}
        page = render_template(
            "users/new.html", role_options=_role_options(), values=form, errors=errors
        )
        return page, error.status
    return _show_link(name, token, user_id)


@pages.get("/<uuid:user_id>", permission=MANAGE)
def edit(user_id: UUID) -> str:
    """The form of one user."""
    return _draw_user(user_id, {})


@pages.post("/<uuid:user_id>", permission=MANAGE)
def save(user_id: UUID) -> Response | tuple[str, int]:
    """Change one user."""
    try:
        users.change_user(
            current.tx(),
            user_id,
            name=request.form.get("name", ""),
            active=request.form.get("active") == "1",
            role_ids=_ids("roles"),
            team_ids=_ids("teams"),
        )
    except GuanxiError as error:
        return _draw_user(user_id, {"": _(error.message, **error.params)}), error.status
    flash(_("Saved. It holds from the next request on."), "success")
    return redirect(url_for("users.list_users"))


@pages.post("/<uuid:user_id>/link", permission=MANAGE)
def new_link(user_id: UUID) -> str:
    """Make a link with which the user chooses a password."""
    user = users.get_user(current.tx(), user_id)
    return _show_link(
        user.name, create_link(current.tx(), user_id, "invite", now=current.now()), user_id
    )


@pages.get("/roles", permission=MANAGE)
def list_roles() -> str:
    """All roles and teams."""
    teams = current.session().scalars(select(Team).order_by(Team.name)).all()
    return render_template("users/roles.html", roles=_roles(), teams=teams)


@pages.get("/roles/new", permission=MANAGE)
def new_role() -> str:
    """The form of a new role."""
    return _draw_role(None, {})


@pages.get("/roles/<uuid:role_id>", permission=MANAGE)
def edit_role(role_id: UUID) -> str:
    """The form of a role."""
    return _draw_role(_role(role_id), {})


@pages.post("/roles/new", permission=MANAGE)
def create_role() -> Response | tuple[str, int]:
    """Make a role."""
    return _save_role(None)


@pages.post("/roles/<uuid:role_id>", permission=MANAGE)
def save_role(role_id: UUID) -> Response | tuple[str, int]:
    """Change a role."""
    return _save_role(role_id)


@pages.post("/roles/<uuid:role_id>/delete", permission=MANAGE)
def delete_role(role_id: UUID) -> Response:
    """Delete a role that nobody has."""
    roles.delete_role(current.tx(), role_id)
    return redirect(url_for("users.list_roles"))


@pages.post("/teams", permission=MANAGE)
def create_team() -> Response:
    """Make a team."""
    roles.create_team(current.tx(), request.form.get("name", "")[:200])
    return redirect(url_for("users.list_roles"))


@pages.post("/teams/<uuid:team_id>/delete", permission=MANAGE)
def delete_team(team_id: UUID) -> Response:
    """Delete a team."""
    roles.delete_team(current.tx(), team_id)
    return redirect(url_for("users.list_roles"))


def _ids(name: str) -> list[UUID]:
    try:
        return [UUID(value) for value in request.form.getlist(name) if value]
    except ValueError:
        raise Invalid("Choose from the list.") from None


def _roles() -> Sequence[Role]:
    return (
        current.session().scalars(select(Role).order_by(Role.built_in.desc(), Role.title_en)).all()
    )


def _role_options() -> list[tuple[str, str]]:
    chinese = current_language() == "zh"
    return [(str(role.id), role.title_zh if chinese else role.title_en) for role in _roles()]


def _role(role_id: UUID) -> Role:
    role = current.session().get(Role, role_id)
    if role is None:
        raise NotFound("There is no such role.")
    return role


def _draw_user(user_id: UUID, errors: dict[str, str]) -> str:
    session = current.session()
    has = select(UserRole.role_id).where(UserRole.user_id == user_id)
    member = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
    return render_template(
        "users/edit.html",
        user=users.get_user(session, user_id),
        role_options=_role_options(),
        team_options=[
            (str(t.id), t.name) for t in session.scalars(select(Team).order_by(Team.name))
        ],
        role_ids=[str(i) for i in session.scalars(has)],
        team_ids=[str(i) for i in session.scalars(member)],
        errors=errors,
    )


def _draw_role(role: Role | None, errors: dict[str, str]) -> str:
    groups = [*CORE_PERMISSIONS, *current.platform().host.permissions()]
    return render_template(
        "users/role.html",
        role=role,
        permissions=groups,
        needed=_needed_titles(groups),
        errors=errors,
    )


def _needed_titles(permissions: list[Permission]) -> dict[str, str]:
    """Return the titles of what each permission needs beside itself, as one text."""
    titles = {one.name: str(one.title) for one in permissions}
    return {
        one.name: ", ".join(titles.get(name, name) for name in one.needs) for one in permissions
    }


def _save_role(role_id: UUID | None) -> Response | tuple[str, int]:
    form = request.form
    known = {p.name for p in CORE_PERMISSIONS} | current.platform().host.permission_names()
    try:
        roles.save_role(
            current.tx(),
            role_id,
            title_en=form.get("title_en", "")[:200],
            title_zh=form.get("title_zh", "")[:200],
            scope=form.get("scope", ""),
            permissions=form.getlist("permissions"),
            known=known,
        )
    except GuanxiError as error:
        role = _role(role_id) if role_id else None
        return _draw_role(role, {"": _(error.message, **error.params)}), error.status
    flash(_("Saved. It holds from the next request on."), "success")
    return redirect(url_for("users.list_roles"))


def _show_link(name: str, token: str, user_id: UUID) -> str:
    link = current.platform().config.base_url + url_for("access.link", token=token)
    return render_template("users/link.html", name=name, link=link, user_id=user_id)
