"""``guanxi template`` and ``guanxi mail``: templates of messages, and a test of the mail server."""

from typing import TextIO
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.customers.domain.consents import PURPOSES
from guanxi.errors import NotFound
from guanxi.messages.domain import templates
from guanxi.messages.domain.templates import TemplateDraft
from guanxi.messages.mail import Mail, send_mail
from guanxi.messages.models import MessageTemplate


@click.group("template")
def template_group() -> None:
    """Templates of messages: list, show, save, delete."""


@template_group.command("list")
@pass_context
def list_templates(context: CommandContext) -> None:
    """List templates by name."""
    with context.database.read() as session:
        for one in templates.list_templates(session):
            channel = one.channel or "every channel"
            click.echo(f"{one.name}\t{channel}\t{one.purpose}\t{one.subject}")


@template_group.command("show")
@click.argument("name")
@pass_context
def show(context: CommandContext, name: str) -> None:
    """Print the text of a template."""
    with context.database.read() as session:
        click.echo(_template(session, name).body)


@template_group.command("save")
@click.argument("name")
@click.argument("body", type=click.File("r", encoding="utf-8"))
@click.option("--purpose", type=click.Choice(list(PURPOSES)), required=True)
@click.option("--subject", default="")
@click.option("--channel", default="", help="Empty for every channel.")
@pass_context
def save(
    context: CommandContext,
    *,
    name: str,
    body: TextIO,
    purpose: str,
    subject: str,
    channel: str,
) -> None:
    """Make or change the template NAME from the text file BODY; - reads from standard input."""
    draft = TemplateDraft(
        name=name, purpose=purpose, body=body.read(), subject=subject, channel=channel
    )
    with context.write() as session:
        templates.save_template(session, draft, now=utc_now(), template_id=_id_of(session, name))
    click.echo("Saved.")


@template_group.command("delete")
@click.argument("name")
@pass_context
def delete(context: CommandContext, name: str) -> None:
    """Delete a template; messages made from it stay."""
    with context.write() as session:
        templates.delete_template(session, _template(session, name).id)
    click.echo("Deleted.")


@click.group("mail")
def mail_group() -> None:
    """The mail server: test."""


@mail_group.command("test")
@click.argument("address")
@pass_context
def test(context: CommandContext, address: str) -> None:
    """Send a mail to ADDRESS, to see whether the mail server is set up right."""
    text = "If you read this, Guanxi can send mail."
    send_mail(context.platform.settings.get("core"), Mail(address, "Test of the mail server", text))
    click.echo(f"A test mail is on its way to {address}.")


def _id_of(session: Session, name: str) -> UUID | None:
    return session.scalars(
        select(MessageTemplate.id).where(MessageTemplate.name == name)
    ).one_or_none()


def _template(session: Session, name: str) -> MessageTemplate:
    found = session.scalars(
        select(MessageTemplate).where(MessageTemplate.name == name)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no template %(name)s. See: guanxi template list", name=name)
    return found
