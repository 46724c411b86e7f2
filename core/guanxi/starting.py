"""``guanxi run``: what comes before the two programs of ``programs.py``, and their supervisor.

It stays small: what needs the whole platform happens in processes of their own, or, for the one
sign-in link, after the pages are answered.
"""

import os
import signal
import subprocess
import sys
from functools import partial

import click

from guanxi.command import CommandContext, pass_context
from guanxi.config import Config
from guanxi.embedded.child import Program
from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.parent import child_ends_with_us
from guanxi.embedded.run import Steps, run
from guanxi.operations.logs import configure_logs


@click.command("run")
@pass_context
def run_command(context: CommandContext) -> None:
    """Start everything: database, web and worker; the first time also the demo's data."""
    config = context.config
    configure_logs("text")
    run(
        config.home,
        host=config.host,
        port=config.port,
        database_url=config.database_url,
        steps=Steps(
            prepare=[partial(_prepare, config)],
            programs=partial(_programs, config),
            announce=partial(_announce, config),
        ),
    )
    click.echo("Stopped; everything is kept.")


@click.command("prepare", hidden=True)
@click.pass_context
def prepare_command(ctx: click.Context) -> None:
    """Migrate, then load the demo's data unless it is there (a part of ``guanxi run``)."""
    from guanxi.db.cli import migrate_command  # noqa: PLC0415 -- slow imports, not for `run`
    from guanxi.demo.cli import demo_command  # noqa: PLC0415

    ctx.invoke(migrate_command)
    if ctx.find_object(CommandContext).config.demo:  # type: ignore[union-attr]  # cli.py sets it
        ctx.invoke(demo_command)


def _prepare(config: Config, url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "guanxi", "prepare"],
        env={**os.environ, **_environment(config, url)},
        preexec_fn=child_ends_with_us(signal.SIGTERM),
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedError(
            "Migrating, or loading the demo's data, did not succeed: the messages above say why."
        )


def _environment(config: Config, url: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "GUANXI_HOME": str(config.home)}


def _programs(config: Config, url: str) -> list[Program]:
    environment = _environment(config, url)
    command = [sys.executable, "-m", "guanxi"]
    return [
        Program("web", [*command, "web"], environment),
        Program("worker", [*command, "worker"], environment),
    ]


def _announce(config: Config, url: str) -> None:
    click.echo(f"\nGuanxi is ready: {config.base_url}")
    token = _first_admin_link(url)
    if token is not None:
        click.echo(f"Sign in once as the first admin: {config.base_url}/sign-in/link/{token}")
    click.echo("Press Ctrl-C to stop.\n")


def _first_admin_link(url: str) -> str | None:
    from guanxi.access.first_admin import first_admin_link  # noqa: PLC0415 -- slow, not needed before
    from guanxi.clock import utc_now  # noqa: PLC0415
    from guanxi.db import Database  # noqa: PLC0415
    from guanxi.db.write import SYSTEM  # noqa: PLC0415

    database, now = Database(url), utc_now()
    with database.write(SYSTEM, now=now) as session:
        token = first_admin_link(session, now=now)
    database.dispose()
    return token
