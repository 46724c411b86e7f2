"""``guanxi user``: what the Users page does, at the terminal."""

from collections.abc import Sequence
from uuid import UUID

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.access import totp, users
from guanxi.access.links import create_link
from guanxi.access.models import Role, Team, User
from guanxi.access.sessions import end_sessions_of, sessions_of
from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.errors import NotFound


@click.group("user")
def user_group() -> None:
    """Users: list, invite, change, sign-in links, sessions, second factor."""


@user_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_users(context: CommandContext, *, as_json: bool) -> None:
    """List users with their roles."""
    with context.database.read() as session:
        for user in session.scalars(select(User).order_by(func.lower(User.email))):
            roles, teams = (f(session, user.id) for f in (users.role_names, users.team_names))
            if as_json:
                click.echo(json.dumps(_shown(user) | {"roles": roles, "teams": teams}))
                continue
            state = "active" if user.active else "inactive"
            click.echo(f"{user.email}\t{user.name}\t{state}\t{', '.join(roles)}")


@user_group.command("invite")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, help="Name of a role; repeatable.")
@pass_context
def invite(context: CommandContext, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Make a user and print the link with which they choose a password."""
    with context.write() as session:
        role_ids = role_ids_of(session, roles)
        _, token = users.invite(session, email=email, name=name, role_ids=role_ids, now=utc_now())
    click.echo(f"{context.config.base_url}/sign-in/link/{token}")


@user_group.command("change")
@click.argument("email")
@click.option("--name", help="Another name.")
@click.option("--role", "roles", multiple=True, help="All roles from now on; repeatable.")
@click.option("--team", "teams", multiple=True, help="All teams from now on; '' for none.")
@click.option("--active/--inactive", default=None, help="Whether they may sign in.")
@pass_context
def change(
    context: CommandContext,
    email: str,
    *,
    name: str | None,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    active: bool | None,
) -> None:
    """Change a user; what is not named stays."""
    with context.write() as session:
        user = users.get_user(session, user_id_of(session, email))
        role_names = roles or tuple(users.role_names(session, user.id))
        team_names = teams or tuple(users.team_names(session, user.id))
        users.change_user(
            session,
            user.id,
            name=user.name if name is None else name,
            active=user.active if active is None else active,
            role_ids=role_ids_of(session, role_names),
            team_ids=_team_ids(session, [team for team in team_names if team]),
        )
    click.echo("Saved.")


@user_group.command("sign-in-link")
@click.argument("email")
@pass_context
def sign_in_link(context: CommandContext, email: str) -> None:
    """Print a link that signs a user in once, within a day, past the second factor."""
    with context.write() as session:
        token = create_link(session, user_id_of(session, email), "sign_in", now=utc_now())
    click.echo(f"{context.config.base_url}/sign-in/link/{token}")


@user_group.command("sessions")
@click.argument("email")
@pass_context
def list_sessions(context: CommandContext, email: str) -> None:
    """List where a user is signed in."""
    with context.database.read() as session:
        for one in sessions_of(session, user_id_of(session, email)):
            seen = one.last_seen_at.isoformat(timespec="seconds")
            click.echo(f"{seen}\t{one.address or '-'}\t{one.browser or '-'}")


@user_group.command("end-sessions")
@click.argument("email")
@pass_context
def end_sessions(context: CommandContext, email: str) -> None:
    """Sign a user out everywhere."""
    with context.write() as session:
        end_sessions_of(session, user_id_of(session, email))
    click.echo("Signed out everywhere.")


@user_group.command("second-factor-off")
@click.argument("email")
@pass_context
def second_factor_off(context: CommandContext, email: str) -> None:
    """Forget the second factor of somebody who has lost phone and recovery codes."""
    with context.write() as session:
        totp.switch_off(session, user_id_of(session, email))
    click.echo("Only the password is asked for, until they set up a new one.")


def user_id_of(session: Session, email: str) -> UUID:
    """Return the id of the user with an e-mail address.

    :raises NotFound: it says how to see who there is.
    """
    query = select(User.id).where(func.lower(User.email) == email.lower())
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no user %(email)s. See: guanxi user list", email=email)
    return found


def role_ids_of(session: Session, names: Sequence[str]) -> list[UUID]:
    """Return the ids of roles by name or English title.

    :raises NotFound: it says which there are.
    """
    return [_role_id(session, name) for name in names]


def _role_id(session: Session, name: str) -> UUID:
    query = select(Role.id).where((Role.name == name) | (Role.title_en == name))
    found = session.scalars(query).first()
    if found is None:
        known = ", ".join(session.scalars(select(Role.name).order_by(Role.name)))
        raise NotFound("There is no role %(name)s; there are: %(known)s", name=name, known=known)
    return found


def _team_ids(session: Session, names: Sequence[str]) -> list[UUID]:
    found = dict(session.execute(select(Team.name, Team.id).where(Team.name.in_(names))).all())
    for name in names:
        if name not in found:
            raise NotFound("There is no team %(name)s. See: guanxi team list", name=name)
    return list(found.values())


def _shown(user: User) -> dict[str, object]:
    shown = ("id", "email", "name", "active", "language", "time_zone", "last_sign_in_at")
    return {name: getattr(user, name) for name in shown} | {
        "second_factor": user.totp_secret is not None
    }
