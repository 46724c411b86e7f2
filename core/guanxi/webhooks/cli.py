"""``guanxi webhook``: endpoints and their deliveries, as the Webhooks pages do."""

from uuid import UUID

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.http.outbound import Outbound, OutboundRefused
from guanxi.webhooks.domain import endpoints, log
from guanxi.webhooks.domain.endpoints import ALL, EndpointDraft
from guanxi.webhooks.domain.enqueueing import enqueue_test
from guanxi.webhooks.domain.faults import InvalidEndpoint

_SHOWN = ("id", "title", "url", "events", "active")
_ID = click.argument("endpoint_id", type=click.UUID)


@click.group("webhook")
def webhook_group() -> None:
    """Webhooks: list, create, change, delete, secret, test, deliveries, replay."""


@webhook_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_webhooks(context: CommandContext, *, as_json: bool) -> None:
    """List endpoints, the newest first."""
    with context.database.read() as session:
        for one in endpoints.list_endpoints(session):
            if as_json:
                click.echo(json.dumps({name: getattr(one, name) for name in _SHOWN}))
                continue
            state = "active" if one.active else "off"
            click.echo(f"{one.id}\t{state}\t{one.url}\t{', '.join(one.events)}\t{one.title}")


@webhook_group.command("create")
@click.argument("url")
@click.option("--event", "events", multiple=True, default=(ALL,), help="Repeatable; * for all.")
@click.option("--title", default="")
@pass_context
def create(context: CommandContext, url: str, events: tuple[str, ...], title: str) -> None:
    """Make an endpoint; print its id, and its secret, which is shown only now."""
    draft = EndpointDraft(url=_callable(context, url), events=events, title=title)
    with context.write() as session:
        made, secret = endpoints.create_endpoint(
            session,
            draft,
            context.platform.secrets,
            known=context.platform.vocabulary.classes.keys(),
            now=utc_now(),
        )
    click.echo(made.id)
    click.echo(secret)


@webhook_group.command("change")
@_ID
@click.option("--url")
@click.option("--event", "events", multiple=True, help="All of them; repeatable.")
@click.option("--title")
@click.option("--on/--off", "active", default=None)
@pass_context
def change(
    context: CommandContext,
    endpoint_id: UUID,
    *,
    url: str | None,
    events: tuple[str, ...],
    title: str | None,
    active: bool | None,
) -> None:
    """Change an endpoint; what is not named stays. Switched on, it gets what waits for it."""
    with context.write() as session:
        found = endpoints.find_endpoint(session, endpoint_id)
        draft = EndpointDraft(
            url=_callable(context, url) if url else found.url,
            events=events or found.events,
            title=found.title if title is None else title,
            active=found.active if active is None else active,
        )
        known = context.platform.vocabulary.classes.keys()
        endpoints.change_endpoint(session, endpoint_id, draft, known=known, now=utc_now())
    click.echo("Saved.")


@webhook_group.command("delete")
@_ID
@pass_context
def delete(context: CommandContext, endpoint_id: UUID) -> None:
    """Remove an endpoint with its log."""
    with context.write() as session:
        endpoints.delete_endpoint(session, endpoint_id)
    click.echo("Deleted.")


@webhook_group.command("renew-secret")
@_ID
@pass_context
def renew(context: CommandContext, endpoint_id: UUID) -> None:
    """Print a new secret; the old one signs, too, for another day."""
    with context.write() as session:
        secret = endpoints.renew_secret(
            session, endpoint_id, context.platform.secrets, now=utc_now()
        )
    click.echo(secret)


@webhook_group.command("test")
@_ID
@pass_context
def test(context: CommandContext, endpoint_id: UUID) -> None:
    """Send a test; see the deliveries for what came of it."""
    with context.write() as session:
        click.echo(enqueue_test(session, endpoint_id, now=utc_now()))


@webhook_group.command("deliveries")
@_ID
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@pass_context
def deliveries(context: CommandContext, endpoint_id: UUID, limit: int) -> None:
    """List the latest deliveries of an endpoint, the newest first."""
    with context.database.read() as session:
        endpoints.find_endpoint(session, endpoint_id)
        for one in log.newest(session, endpoint_id, limit=limit):
            at = one.created_at.isoformat(timespec="seconds")
            click.echo(f"{one.number}\t{at}\t{one.kind}\t{one.state}\t{one.error or ''}".rstrip())


@webhook_group.command("replay")
@_ID
@click.argument("number", type=int)
@pass_context
def replay(context: CommandContext, endpoint_id: UUID, number: int) -> None:
    """Send one delivery again, under its old message id."""
    with context.write() as session:
        log.send_again(session, endpoint_id, number, now=utc_now())
    click.echo("It is sent again.")


def _callable(context: CommandContext, url: str) -> str:
    try:
        Outbound(context.platform.settings.get("core")["outbound_allowed"]).check(url)
    except OutboundRefused as refused:
        raise InvalidEndpoint(refused.message, field="url", **refused.params) from None
    return url
