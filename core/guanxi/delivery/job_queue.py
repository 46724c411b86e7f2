"""The queue of background jobs: tasks for procrastinate, its worker, and the rescue of the dead.

A worker says every few seconds that it lives. A job whose worker does not, and on which no
process works any more, is queued again.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status
from procrastinate.tasks import Task

from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.delivery import job_runs
from guanxi.delivery.job_running import JobRunner
from guanxi.delivery.jobs import PLUGIN_JOB, BackgroundJob, JobInterrupted
from guanxi.plugins.host import PluginHost

log = structlog.get_logger(__name__)

HEARTBEAT = 3.0
SILENCE = 15.0
"""Seconds without a heartbeat after which a worker counts as dead."""

FIRST_RETRY = timedelta(seconds=10)
AFTER_INTERRUPTION = timedelta(seconds=2)
MOST_ATTEMPTS = 20
"""A job that was begun so often without coming to its end is given up: it may kill workers."""


class Retries(BaseRetryStrategy):
    """When a job is tried again: soon if it was interrupted, after growing pauses if it failed."""

    def __init__(self, retries: int) -> None:
        self._retries = retries

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> RetryDecision | None:
        """Return when, or None for never."""
        now = datetime.now(UTC)
        if isinstance(exception, JobInterrupted):
            return RetryDecision(retry_at=now + AFTER_INTERRUPTION)
        if job.attempts >= self._retries:
            return None
        return RetryDecision(retry_at=now + FIRST_RETRY * 2**job.attempts)


def add_jobs(app: App, runner: JobRunner, jobs: Iterable[BackgroundJob]) -> None:
    """Make the core's jobs known to the queue, with their schedules."""
    for job in jobs:
        task = app.task(
            name=job.name,
            pass_context=True,
            retry=Retries(job.retries),
            lock=job.name if job.alone else None,
        )(_core_task(runner, job))
        if job.schedule is not None:
            _schedule(app, task, job.schedule, job.name, {})


def add_plugin_jobs(app: App, runner: JobRunner, host: PluginHost) -> None:
    """Make the jobs of all loaded plugins known; whether they are at work is asked at each run."""

    def run(context: JobContext, *, plugin: str, job: str, timestamp: int | None = None) -> None:  # noqa: ARG001 -- procrastinate passes it
        runner.run_plugin_job(_number(context), plugin, job)

    task = app.task(name=PLUGIN_JOB, pass_context=True, retry=Retries(0))(run)
    for loaded in host.loaded:
        for job in loaded.contribution.jobs if loaded.contribution else ():
            if job.schedule is not None:
                arguments = {"plugin": loaded.name, "job": job.name}
                _schedule(app, task, job.schedule, f"{loaded.name}.{job.name}", arguments)


async def run_queue(app: App, *, concurrency: int = 4) -> None:
    """Fetch and run jobs until cancelled; jobs in progress are waited for.

    :raises Exception: the database is gone.
    """
    async with app.open_async():
        await app.run_worker_async(
            name="guanxi",
            concurrency=concurrency,
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=SILENCE,
            delete_jobs="successful",
        )


async def rescue(app: App, database: Database) -> None:
    """Queue the jobs of dead workers again, for ever; cancel it to stop."""
    while True:
        await asyncio.sleep(HEARTBEAT)
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
                await _rescue_one(app, database, job)
        except Exception as error:  # noqa: BLE001 -- the queue is closed while the database is gone
            log.debug("jobs.rescue_failed", error=str(error))


async def _rescue_one(app: App, database: Database, job: QueuedJob) -> None:
    if job.id is None or await asyncio.to_thread(job_runs.is_alive, database, job.id):
        return
    given_up = job.attempts >= MOST_ATTEMPTS
    try:
        if given_up:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)
    except ConnectorException:  # another worker was faster
        return
    log.warning("job.rescued", job=job.task_name, attempts=job.attempts, given_up=given_up)
    await asyncio.to_thread(_note_death, database, job.id, given_up=given_up)


def _note_death(database: Database, job_id: int, *, given_up: bool) -> None:
    now = datetime.now(UTC)
    state = job_runs.FAILED if given_up else job_runs.INTERRUPTED
    with database.write(SYSTEM, now=now) as session:
        job_runs.end(
            session,
            job_runs.run_id_of(job_id),
            state,
            now=now,
            error="The worker ended while it ran this job.",
        )


def _core_task(runner: JobRunner, job: BackgroundJob) -> Callable[..., None]:
    def run(context: JobContext, **arguments: Any) -> None:
        arguments.pop("timestamp", None)
        runner.run(job, _number(context), arguments)

    return run


def _number(context: JobContext) -> int:
    if context.job.id is None:
        raise RuntimeError("A job out of the queue has a number.")
    return context.job.id


def _schedule(
    app: App, task: Task[..., Any, ...], cron: str, key: str, arguments: dict[str, Any]
) -> None:
    """Have ``task`` queued by the clock; one that still waits is not queued a second time."""
    app.periodic_registry.register_task(
        task=task,
        cron=cron,
        periodic_id=key,
        configure_kwargs={"lock": key, "queueing_lock": key, "task_kwargs": arguments},
    )
