"""``guanxi job``: what background jobs did, and running one again."""

from uuid import UUID

import click

from guanxi.command import CommandContext, pass_context
from guanxi.db import json
from guanxi.delivery.jobs import defer_plugin_job
from guanxi.delivery.rerunning import latest_runs, run_again
from guanxi.errors import NotFound

_SHOWN = ("id", "plugin", "name", "state", "started_at", "finished_at", "error")


@click.group("job")
def job_group() -> None:
    """Background jobs: list, run."""


@job_group.command("list")
@click.option("--failed", is_flag=True, help="Only those that failed.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_jobs(context: CommandContext, limit: int, *, failed: bool, as_json: bool) -> None:
    """List the latest runs, newest first."""
    with context.database.read() as session:
        for run in latest_runs(session, limit=limit, failed=failed):
            if as_json:
                click.echo(json.dumps({name: getattr(run, name) for name in _SHOWN}))
                continue
            name = f"{run.plugin}.{run.name}" if run.plugin else run.name
            at = run.started_at.isoformat(timespec="seconds")
            first_line = (run.error or "").partition("\n")[0]
            click.echo(f"{run.id}\t{name}\t{run.state}\t{at}\t{first_line}".rstrip())


@job_group.command("run-again")
@click.argument("run_id", type=click.UUID)
@pass_context
def again(context: CommandContext, run_id: UUID) -> None:
    """Have a worker do a job that failed once more."""
    with context.write() as session:
        name = run_again(session, run_id)
    click.echo(f"A worker runs {name} as soon as one is free.")


@job_group.command("run")
@click.argument("plugin")
@click.argument("name")
@pass_context
def run(context: CommandContext, plugin: str, name: str) -> None:
    """Have a worker run a plugin's job now instead of at its time."""
    known = {(owner, job.name) for owner, job in context.platform.host.jobs()}
    if (plugin, name) not in known:
        raise NotFound("No enabled plugin has this job.")
    with context.write() as session:
        queued = defer_plugin_job(session, plugin, name)
    click.echo(
        "A worker runs it as soon as one is free." if queued else "It waits for a worker already."
    )
