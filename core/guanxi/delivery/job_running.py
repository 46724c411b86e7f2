"""Run one job that the queue handed out: the book, the lock, the arguments, the failures.

Runs in a thread of the worker. The core's jobs open their own transactions; a plugin's job gets
one write session, and its end is noted in the same transaction, so that it takes effect once.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_type_hints
from uuid import UUID

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.db.write import SYSTEM
from guanxi.delivery import job_runs
from guanxi.delivery.failure import described
from guanxi.delivery.guard import lent
from guanxi.delivery.jobs import BackgroundJob, JobInterrupted
from guanxi.platform import Platform
from guanxi.plugins.contract import Job

log = structlog.get_logger(__name__)

_READ: Mapping[Any, Callable[[str], Any]] = {
    UUID: UUID,
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class JobControl:
    """What a long job looks at now and then."""

    run_id: UUID
    is_stopping: Callable[[], bool]

    def check(self) -> None:
        """Leave the job if the worker is stopping; everything committed so far is kept.

        :raises JobInterrupted: let it through.
        """
        if self.is_stopping():
            raise JobInterrupted("The worker is stopping.")


class JobRunner:
    """Runs jobs of one platform.

    :param is_stopping: whether the worker is about to end.
    """

    def __init__(self, platform: Platform, is_stopping: Callable[[], bool]) -> None:
        self._platform = platform
        self._is_stopping = is_stopping

    def run(self, job: BackgroundJob, job_id: int, arguments: Mapping[str, Any]) -> None:
        """Run a job of the core.

        :raises Exception: whatever the job raises, after it was noted.
        """
        run_id = job_runs.run_id_of(job_id)
        control = JobControl(run_id, self._is_stopping)
        values = arguments_for(job.run, arguments, control)
        self._platform.host.refresh_from(self._platform.database)

        def work() -> None:
            result = job.run(self._platform, **values)
            detail = result if isinstance(result, dict) else None
            with self._platform.database.write(SYSTEM, now=utc_now()) as session:
                job_runs.end(session, run_id, job_runs.SUCCEEDED, now=utc_now(), detail=detail)

        self._in_the_book(job_id, job.name, None, work)

    def run_plugin_job(self, job_id: int, plugin: str, name: str) -> None:
        """Run a job of a plugin, if the plugin is at work.

        :raises Exception: whatever the job raises, after it was noted.
        """
        platform = self._platform
        platform.host.refresh_from(platform.database)
        jobs = {(owner, job.name): job for owner, job in platform.host.jobs()}
        job = jobs.get((plugin, name))
        if job is not None:
            self._in_the_book(job_id, name, plugin, lambda: self._once(job_id, plugin, job))

    def _once(self, job_id: int, plugin: str, job: Job) -> None:
        now = utc_now()
        platform = self._platform
        with platform.database.write(
            Actor("plugin", plugin), now=now, dispatcher=platform.dispatcher
        ) as session:
            with lent(session):
                result = job.run(session, now)
            detail = result if isinstance(result, dict) else None
            job_runs.end(
                session,
                job_runs.run_id_of(job_id),
                job_runs.SUCCEEDED,
                now=utc_now(),
                detail=detail,
            )

    def _in_the_book(
        self, job_id: int, name: str, plugin: str | None, work: Callable[[], None]
    ) -> None:
        database, run_id = self._platform.database, job_runs.run_id_of(job_id)
        clear_contextvars()
        bind_contextvars(job=f"{plugin}.{name}" if plugin else name, run_id=str(run_id))
        with job_runs.alive(database, job_id) as free:
            if not free:
                raise JobInterrupted("Another worker is still at this job.")
            with database.write(SYSTEM, now=utc_now()) as session:
                if not job_runs.begin(session, run_id, name, plugin=plugin, now=utc_now()):
                    return
            try:
                work()
            except JobInterrupted:
                self._note(run_id, job_runs.INTERRUPTED)
                raise
            except Exception as error:
                self._note(run_id, job_runs.FAILED, described(error))
                self._report(plugin, name, error)
                raise

    def _note(self, run_id: UUID, state: str, error: str | None = None) -> None:
        with self._platform.database.write(SYSTEM, now=utc_now()) as session:
            job_runs.end(session, run_id, state, now=utc_now(), error=error)

    def _report(self, plugin: str | None, name: str, error: Exception) -> None:
        log.error("job.failed", job=name, plugin=plugin, exc_info=error)
        if plugin is not None and self._platform.dispatcher.failed is not None:
            self._platform.dispatcher.failed(plugin, f"job {name}", error)


def arguments_for(
    function: Callable[..., Any], arguments: Mapping[str, Any], control: JobControl
) -> dict[str, Any]:
    """Return the arguments out of the queue in the types that ``function`` asks for."""
    hints = get_type_hints(function)
    values = {
        name: _READ[hints[name]](value) if hints.get(name) in _READ else value
        for name, value in arguments.items()
    }
    if "control" in inspect.signature(function).parameters:
        values["control"] = control
    return values
