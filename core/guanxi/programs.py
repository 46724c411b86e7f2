"""``guanxi run``, and the two programs that it keeps running: web and worker."""

import os
import subprocess
import sys
from functools import partial

import click

from guanxi.access.first_admin import first_admin_link
from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.config import Config
from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.delivery.core_jobs import CORE_JOBS
from guanxi.delivery.worker import run_worker
from guanxi.embedded.child import RESTART_ME, Program
from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.run import Steps, run
from guanxi.embedded.web_server import serve_web
from guanxi.operations.logs import configure_logs
from guanxi.platform import Platform


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


@click.command("web")
@pass_context
def web_command(context: CommandContext) -> None:
    """Answer pages and the API (a part of ``guanxi run``)."""
    config = context.config
    configure_logs(config.log_format)
    platform = build_platform(config, context.database_url, role="web")
    application = create_app(platform)
    platform.host.refresh_from(platform.database)
    platform.database.dispose()
    serve_web(
        application,
        host=config.host,
        port=config.port,
        processes=config.web_processes,
        threads=config.web_threads,
        forked=partial(_attend, platform),
    )


@click.command("worker")
@pass_context
def worker_command(context: CommandContext) -> None:
    """Deliver events and run jobs (a part of ``guanxi run``)."""
    config = context.config
    configure_logs(config.log_format)
    platform = build_platform(config, context.database_url, role="worker")
    run_worker(platform, stuck=partial(os._exit, RESTART_ME), jobs=CORE_JOBS)


def _attend(platform: Platform) -> None:
    """Look after plugins in a web process; one that hangs for good replaces the process."""
    if platform.host.attendance is not None:
        platform.host.attendance.start(partial(os._exit, RESTART_ME))


def _prepare(config: Config, url: str) -> None:
    """Migrate plugins and load the demo in processes of their own, so that this one stays small."""
    steps = [["migrate"], ["demo"]] if config.demo else [["migrate"]]
    for step in steps:
        done = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-m", "guanxi", *step],
            env={**os.environ, **_environment(config, url)},
            check=False,
        )
        if done.returncode != 0:
            raise EmbeddedError(
                "The step %(step)s did not succeed: the messages above say why.", step=step[0]
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
    database = Database(url)
    now = utc_now()
    with database.write(SYSTEM, now=now) as session:
        token = first_admin_link(session, now=now)
    database.dispose()
    click.echo(f"\nGuanxi is ready: {config.base_url}")
    if token is not None:
        click.echo(f"Sign in once as the first admin: {config.base_url}/sign-in/link/{token}")
    click.echo("Press Ctrl-C to stop.\n")
