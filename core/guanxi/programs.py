"""The two programs that ``guanxi run`` keeps running, web and worker; see ``starting.py``."""

import os
from functools import partial

import click

from guanxi.app import build_platform, create_app
from guanxi.command import CommandContext, pass_context
from guanxi.delivery.core_jobs import CORE_JOBS
from guanxi.delivery.worker import run_worker
from guanxi.embedded.child import RESTART_ME
from guanxi.embedded.web_server import serve_web
from guanxi.garbage import settle
from guanxi.operations.logs import configure_logs
from guanxi.platform import Platform
from guanxi.web.health.metrics import share_counts


@click.command("web")
@pass_context
def web_command(context: CommandContext) -> None:
    """Answer pages and the API (a part of ``guanxi run``)."""
    config = context.config
    configure_logs(config.log_format)
    share_counts(config.home / "metrics")
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
    settle()
    run_worker(platform, stuck=partial(os._exit, RESTART_ME), jobs=CORE_JOBS)


def _attend(platform: Platform) -> None:
    """Look after plugins in a web process; one that hangs for good replaces the process."""
    if platform.host.attendance is not None:
        platform.host.attendance.start(partial(os._exit, RESTART_ME))
