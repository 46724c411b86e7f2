"""``guanxi user`` and ``guanxi token``: what the Users page and the profile do, at the terminal."""

from datetime import timedelta
from uuid import UUID

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.access import users
from guanxi.access.links import create_link
from guanxi.access.models import Role, User
from guanxi.access.tokens import create_token
from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.errors import NotFound


@click.group("user")
def user_group() -> None:
    """Users: list, invite, sign-in links."""


@user_group.command("list")
@pass_context
def list_users(context: CommandContext) -> None:
    """List users with their roles."""
    with context.database.read() as session:
        for user in session.scalars(select(User).order_by(func.lower(User.email))):
            state = "active" if user.active else "inactive"
            roles = ", ".join(users.role_names(session, user.id))
            click.echo(f"{user.email}\t{user.name}\t{state}\t{roles}")


@user_group.command("invite")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, help="Name of a role; repeatable.")
@pass_context
def invite(context: CommandContext, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Make a user and print the link with which they choose a password."""
    with context.write() as session:
        role_ids = [_role_id(session, role) for role in roles]
        _, token = users.invite(session, email=email, name=name, role_ids=role_ids, now=utc_now())
    click.echo(f"{context.config.base_url}/sign-in/link/{token}")


@user_group.command("sign-in-link")
@click.argument("email")
@pass_context
def sign_in_link(context: CommandContext, email: str) -> None:
    """Print a link that signs a user in once, within a day."""
    with context.write() as session:
        token = create_link(session, _user_id(session, email), "sign_in", now=utc_now())
    click.echo(f"{context.config.base_url}/sign-in/link/{token}")


@click.group("token")
def token_group() -> None:
    """API tokens."""


@token_group.command("create")
@click.option("--user", "email", default="admin@localhost", show_default=True, help="Whose token.")
@click.option("--name", default="command line", show_default=True)
@click.option("--scope", "scopes", multiple=True, help="Narrow it to a permission; repeatable.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650))
@pass_context
def create(
    context: CommandContext, email: str, name: str, scopes: tuple[str, ...], days: int
) -> None:
    """Make a token and print it; it cannot be shown again."""
    with context.write() as session:
        token = create_token(
            session,
            _user_id(session, email),
            name,
            scopes=scopes,
            lifetime=timedelta(days=days),
            now=utc_now(),
        )
    click.echo(token)


def _user_id(session: Session, email: str) -> UUID:
    query = select(User.id).where(func.lower(User.email) == email.lower())
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no user %(email)s. See: guanxi user list", email=email)
    return found


def _role_id(session: Session, name: str) -> UUID:
    found = session.execute(select(Role.id).where(Role.name == name)).scalar_one_or_none()
    if found is None:
        known = ", ".join(session.scalars(select(Role.name).order_by(Role.name)))
        raise NotFound("There is no role %(name)s; there are: %(known)s", name=name, known=known)
    return found
