"""``guanxi events ...``: look into the log, see who is behind, settle what is set aside, replay."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.delivery import decisions, overview
from guanxi.delivery.at_work import find_reader
from guanxi.delivery.bookmarks import start_reader
from guanxi.delivery.replay import replay
from guanxi.errors import Invalid, NotFound

_INSTANT = "2026-11-02 or 2026-11-02T09:30:00+08:00; without an offset it is UTC."


@click.group("events")
def events_group() -> None:
    """The log of what happened, and how far plugins have read it."""


@events_group.command("tail")
@click.option("--after", type=int, help="Begin after this position instead of at the end.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--follow", "-f", is_flag=True, help="Go on as events come, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, with payload.")
@pass_context
def tail_command(
    context: CommandContext, after: int | None, limit: int, *, follow: bool, as_json: bool
) -> None:
    """Show the latest events."""
    while True:
        with context.database.read() as session:
            entries = overview.tail(session, after=after, limit=limit)
        _show(entries, as_json=as_json)
        after = entries[-1].position if entries else after or 0
        if not follow:
            return
        time.sleep(0.5)


@events_group.command("lag")
@click.option("--parts", is_flag=True, help="For each part of the log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def lag_command(context: CommandContext, *, parts: bool, as_json: bool) -> None:
    """Show how far each reader is behind."""
    now = utc_now()
    with context.database.read() as session:
        if as_json:
            whole = overview.backlogs(session, now=now).values()
            for row in overview.lag(session, now=now) if parts else whole:
                click.echo(json.dumps(row))
            return
        if parts:
            for part in overview.lag(session, now=now):
                where = f"{part.reader}/{part.partition}"
                click.echo(f"{where}\t{part.events} events\t{part.seconds:.0f} s")
            return
        for backlog in overview.backlogs(session, now=now).values():
            click.echo(
                f"{backlog.reader}\t{backlog.events} events\t{backlog.seconds:.0f} s\t"
                f"{backlog.parked} set aside"
            )


@events_group.command("parked")
@click.argument("reader", required=False)
@click.option("--skipped", is_flag=True, help="Also those that somebody skipped.")
@click.option("--errors", is_flag=True, help="With the whole traceback.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, with all.")
@pass_context
def parked_command(
    context: CommandContext, reader: str | None, *, skipped: bool, errors: bool, as_json: bool
) -> None:
    """Show events that a reader could not digest, and those that wait behind them."""
    with context.database.read() as session:
        found = overview.parked(session, reader, skipped=skipped)
    for item in found:
        if as_json:
            click.echo(json.dumps(item))
            continue
        problem = item.error or ""
        shown = problem if errors else problem.partition("\n")[0]
        click.echo(
            f"{item.reader}\t{item.position}\t{item.kind}\t{item.state}\t"
            f"{item.tries} tries\t{item.customer_id or '-'}\t{shown}"
        )


@events_group.command("retry")
@click.argument("reader")
@click.argument("position", type=int, required=False)
@pass_context
def retry_command(context: CommandContext, reader: str, position: int | None) -> None:
    """Have an event that is set aside tried again now; without POSITION, all that wait for you."""
    with context.write() as session:
        if position is None:
            number = decisions.retry_all(session, reader)
        else:
            decisions.retry_now(session, reader, position)
            number = 1
    click.echo(f"{number} to be tried again by a worker.")


@events_group.command("skip")
@click.argument("reader")
@click.argument("position", type=int)
@pass_context
def skip_command(context: CommandContext, reader: str, position: int) -> None:
    """Leave an event out for a reader, for good; what waits behind it goes on."""
    with context.write() as session:
        decisions.skip(session, reader, position)
    click.echo(f"{reader} leaves out event {position}.")


@events_group.command("replay")
@click.argument("reader", metavar="PLUGIN")
@click.option("--from", "since", help=f"Only what was recorded since then: {_INSTANT}")
@pass_context
def replay_command(context: CommandContext, reader: str, since: str | None) -> None:
    """Let a plugin forget what it derived and read the log again."""
    found = find_reader(context.platform, reader)
    if found is None:
        raise NotFound("%(reader)s is no plugin that reads events.", reader=reader)
    with context.write() as session:
        start = replay(session, found, None if since is None else _instant(since))
    if found.rebuild is not None:
        click.echo(f"{reader} was made anew from the tables.")
    elif start.position is None:
        click.echo("Nothing was recorded since then.")
    else:
        click.echo(f"{reader} reads again from position {start.position}.")


@events_group.command("start")
@click.argument("reader", metavar="PLUGIN")
@click.option("--from-now", is_flag=True, help="Leave out everything that happened so far.")
@pass_context
def start_command(context: CommandContext, reader: str, *, from_now: bool) -> None:
    """Decide, before a plugin is enabled for the first time, from where it reads."""
    with context.write() as session:
        start_reader(session, reader, from_start=not from_now)
    click.echo(f"{reader} will read {'from now on' if from_now else 'the whole history'}.")


def _show(entries: Sequence[overview.Entry], *, as_json: bool) -> None:
    for entry in entries:
        if as_json:
            click.echo(json.dumps(entry))
            continue
        at = entry.recorded_at.isoformat(timespec="milliseconds")
        click.echo(
            f"{entry.position}\t{at}\t{entry.kind}\t{entry.customer_id or '-'}\t{entry.actor}"
        )


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "%(text)s is no instant. Write it so: %(how)s", text=text, how=_INSTANT
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
