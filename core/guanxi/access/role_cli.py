"""``guanxi role`` and ``guanxi team``: what the page of roles and teams does."""

from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access import roles
from guanxi.access.cli import role_ids_of
from guanxi.access.models import Role, Team, TeamMember, User
from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.errors import NotFound


@click.group("role")
def role_group() -> None:
    """Roles: list, save, delete; and the permissions there are."""


@role_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_roles(context: CommandContext, *, as_json: bool) -> None:
    """List roles with their row rule and permissions."""
    with context.database.read() as session:
        for role in session.scalars(select(Role).order_by(Role.built_in.desc(), Role.title_en)):
            if as_json:
                shown = ("name", "title_en", "title_zh", "customer_scope", "permissions")
                click.echo(json.dumps({name: getattr(role, name) for name in shown}))
                continue
            may = "everything" if role.name == "admin" else ", ".join(role.permissions)
            click.echo(f"{role.name}\t{role.title_en}\t{role.customer_scope}\t{may}")


@role_group.command("permissions")
@pass_context
def list_permissions(context: CommandContext) -> None:
    """List the permissions that a role can have, the plugins' too."""
    for name in sorted(context.platform.grants.known()):
        click.echo(name)


@role_group.command("save")
@click.argument("name", required=False)
@click.option("--title-en", help="Title in English; needed for a new role.")
@click.option("--title-zh", help="Title in Chinese.")
@click.option("--scope", type=click.Choice(roles.SCOPES), help="Whose customers are seen.")
@click.option("--permission", "permissions", multiple=True, help="All of them; repeatable.")
@pass_context
def save(
    context: CommandContext,
    *,
    name: str | None,
    title_en: str | None,
    title_zh: str | None,
    scope: str | None,
    permissions: tuple[str, ...],
) -> None:
    """Change the role NAME, or without it make a new one; what is not given stays."""
    with context.write() as session:
        role = _role(session, name) if name else None
        roles.save_role(
            session,
            role.id if role else None,
            title_en=title_en or (role.title_en if role else ""),
            title_zh=title_zh or (role.title_zh if role else ""),
            scope=scope or (role.customer_scope if role else "own"),
            permissions=permissions or (role.permissions if role else ()),
            known=context.platform.grants.known(),
        )
    click.echo("Saved. It holds from the next request on.")


@role_group.command("delete")
@click.argument("name")
@pass_context
def delete(context: CommandContext, name: str) -> None:
    """Delete a role that nobody has."""
    with context.write() as session:
        roles.delete_role(session, _role(session, name).id)
    click.echo("Deleted.")


@click.group("team")
def team_group() -> None:
    """Teams: list, create, delete. Members: guanxi user change EMAIL --team NAME."""


@team_group.command("list")
@pass_context
def list_teams(context: CommandContext) -> None:
    """List teams with their members."""
    with context.database.read() as session:
        for team in session.scalars(select(Team).order_by(Team.name)):
            of_team = select(TeamMember.user_id).where(TeamMember.team_id == team.id)
            members = select(User.email).where(User.id.in_(of_team)).order_by(User.email)
            click.echo(f"{team.name}\t{', '.join(session.scalars(members))}")


@team_group.command("create")
@click.argument("name")
@pass_context
def create(context: CommandContext, name: str) -> None:
    """Make a team."""
    with context.write() as session:
        roles.create_team(session, name)
    click.echo("Made.")


@team_group.command("delete")
@click.argument("name")
@pass_context
def remove(context: CommandContext, name: str) -> None:
    """Delete a team; its members keep their own customers."""
    with context.write() as session:
        roles.delete_team(session, _team_id(session, name))
    click.echo("Deleted.")


def _role(session: Session, name: str) -> Role:
    return session.get_one(Role, role_ids_of(session, [name])[0])


def _team_id(session: Session, name: str) -> UUID:
    found = session.execute(select(Team.id).where(Team.name == name)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no team %(name)s. See: guanxi team list", name=name)
    return found
