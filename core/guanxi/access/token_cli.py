"""``guanxi token``: API tokens of anybody; in the web, people see their own in the profile."""

from datetime import timedelta
from uuid import UUID

import click
from sqlalchemy import select

from guanxi.access.cli import user_id_of
from guanxi.access.models import ApiToken, User
from guanxi.access.tokens import create_token, revoke_token
from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db import json

_SHOWN = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")


@click.group("token")
def token_group() -> None:
    """API tokens: create, list, revoke."""


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
            user_id_of(session, email),
            name,
            scopes=scopes,
            known=context.platform.grants.known(),
            lifetime=timedelta(days=days),
            now=utc_now(),
        )
    click.echo(token)


@token_group.command("list")
@click.option("--user", "email", help="Only one user's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_tokens(context: CommandContext, email: str | None, *, as_json: bool) -> None:
    """List living tokens with their owners; of the token itself only the beginning is known."""
    query = (
        select(ApiToken, User.email)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.created_at)
    )
    with context.database.read() as session:
        if email is not None:
            query = query.where(ApiToken.user_id == user_id_of(session, email))
        for token, owner in session.execute(query):
            if as_json:
                shown = {name: getattr(token, name) for name in _SHOWN}
                click.echo(json.dumps(shown | {"user": owner}))
                continue
            until = token.expires_at.date().isoformat() if token.expires_at else "for ever"
            used = token.last_used_at.date().isoformat() if token.last_used_at else "never used"
            scopes = ", ".join(token.scopes) or "all"
            click.echo(
                f"{token.id}\t{token.prefix}...\t{token.name}\t{owner}\t{until}\t{used}\t{scopes}"
            )


@token_group.command("revoke")
@click.argument("token_id", type=click.UUID)
@pass_context
def revoke(context: CommandContext, token_id: UUID) -> None:
    """End a token at once."""
    with context.write() as session:
        revoke_token(session, token_id, owner_id=None, now=utc_now())
    click.echo("Ended.")
