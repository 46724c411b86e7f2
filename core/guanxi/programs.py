"""``guanxi run``, and the two programs that it keeps running: web and worker."""

import os
import sys
from functools import partial

import click

from guanxi.access.first_admin import first_admin_link
from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.config import Config
from guanxi.db import Database
from guanxi.db.migrate import upgrade_core
from guanxi.db.write import SYSTEM
from guanxi.delivery.worker import run_worker
from guanxi.demo.load import load_demo
from guanxi.embedded.child import RESTART_ME, Program
from guanxi.embedded.run import Steps, run
from guanxi.embedded.web_server import serve_web
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
            prepare=[upgrade_core, partial(_demo, config)],
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
    )


@click.command("worker")
@pass_context
def worker_command(context: CommandContext) -> None:
    """Deliver events and run jobs (a part of ``guanxi run``)."""
    config = context.config
    configure_logs(config.log_format)
    platform = build_platform(config, context.database_url, role="worker")
    run_worker(platform, stuck=partial(os._exit, RESTART_ME))


def _demo(config: Config, url: str) -> None:
    if config.demo:
        platform = build_platform(config, url, role="demo")
        platform.host.refresh_from(platform.database)
        load_demo(platform)
        platform.database.dispose()


def _programs(config: Config, url: str) -> list[Program]:
    environment = {"DATABASE_URL": url, "GUANXI_HOME": str(config.home)}
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
