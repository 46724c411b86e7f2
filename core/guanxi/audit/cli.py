"""``guanxi audit``: who changed what, as the Audit log page tells."""

from datetime import UTC, datetime

import click

from guanxi.audit.models import AuditEntry
from guanxi.audit.query import AuditFilter, entries
from guanxi.command import CommandContext, pass_context
from guanxi.db import json

_SHOWN = (
    "id", "at", "action", "subject_kind", "subject_id", "actor_kind", "actor_name", "request_id",
    "before", "after",
)  # fmt: skip


@click.command("audit")
@click.option("--subject", default="", metavar="KIND[:ID]", help="As in settings:core.")
@click.option("--who", default="", help="The name of who acted.")
@click.option("--action", default="", help="For example customer.changed.")
@click.option("--since", type=click.DateTime(), help="UTC.")
@click.option("--until", type=click.DateTime(), help="UTC; not included.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def audit_command(
    context: CommandContext,
    *,
    subject: str,
    who: str,
    action: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List changes, the newest first."""
    kind, _, subject_id = subject.partition(":")
    wanted = AuditFilter(
        subject_kind=kind,
        subject_id=subject_id,
        actor_name=who,
        action=action,
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
    )
    with context.database.read() as session:
        found, _more = entries(session, wanted, limit=limit)
    for entry in found:
        click.echo(json.dumps(_shown(entry)) if as_json else _line(entry))


def _shown(entry: AuditEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in _SHOWN}


def _line(entry: AuditEntry) -> str:
    before, after = entry.before or {}, entry.after or {}
    changes = "; ".join(
        f"{name}: {before.get(name)!r} -> {after.get(name)!r}" for name in {**before, **after}
    )
    at = entry.at.isoformat(timespec="seconds")
    subject = f"{entry.subject_kind}:{entry.subject_id}"
    return f"{at}\t{entry.actor_name}\t{entry.action}\t{subject}\t{changes}"
