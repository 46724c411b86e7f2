"""Background jobs: how they are declared, and how they are queued in a transaction.

The queue is procrastinate's, in the same database: a job queued in a transaction exists if and
only if that transaction commits. ``job_queue.py`` hands jobs out, ``job_running.py`` runs them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from procrastinate.tasks import configure_task
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.db import json
from guanxi.errors import Conflict

PLUGIN_JOB = "plugins.job"
"""The task that runs a plugin's job; its arguments name plugin and job."""

CATCH_UP = 7 * 24 * 3600.0
"""Seconds within which a scheduled run that nothing was there to do is made up for, once."""


class JobInterrupted(Exception):
    """Raised by a job that stops because the worker stops; it is queued again at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundJob:
    """Work of the core that a worker does.

    :param run: called with the platform and the arguments by name. Where the function annotates
        an argument as ``UUID``, ``datetime``, ``date`` or ``Decimal``, it gets one. It may be run
        twice if a worker dies, so it must be safe to repeat. If it has an argument ``control``
        it gets a ``JobControl``, and should stop soon when that says so.
    :param schedule: a cron expression in UTC.
    :param retries: how often a run that raises is tried again, after 10 s, 20 s, 40 s...
    :param alone: no two runs at the same time, whatever their arguments.
    """

    name: str
    run: Callable[..., Any]
    schedule: str | None = None
    retries: int = 0
    alone: bool = False


def job(
    name: str, *, schedule: str | None = None, retries: int = 0, alone: bool = False
) -> Callable[[Callable[..., Any]], BackgroundJob]:
    """Declare a function as a background job: ``@job("imports.run", retries=2)``."""
    return lambda run: BackgroundJob(
        name=name, run=run, schedule=schedule, retries=retries, alone=alone
    )


def defer(session: Session, name: str, **arguments: Any) -> int:
    """Queue a job when the transaction of ``session`` commits; return its number."""
    return _defer(session, name, arguments)


def defer_job(
    session: Session, name: str, arguments: Mapping[str, Any], at: datetime | None = None
) -> None:
    """Queue a job that waits until ``at``; for ``Database.defer_job``."""
    _defer(session, name, arguments, at=at)


def defer_plugin_job(session: Session, plugin: str, name: str) -> bool:
    """Queue a run of a plugin's job; False where one is waiting to start already."""
    key = f"{plugin}.{name}"
    arguments = {"plugin": plugin, "job": name}
    try:
        with session.begin_nested():
            _defer(session, PLUGIN_JOB, arguments, lock=key, queueing_lock=key)
    except AlreadyEnqueued:
        return False
    audit.record(session, "job.asked", ("job", key))
    return True


def defer_again(
    session: Session,
    name: str,
    arguments: Mapping[str, Any],
    *,
    lock: str | None,
    queueing_lock: str | None,
) -> None:
    """Queue a job as it stood in the queue before.

    :raises Conflict: one like it is waiting already.
    """
    try:
        with session.begin_nested():
            _defer(session, name, arguments, lock=lock, queueing_lock=queueing_lock)
    except AlreadyEnqueued:
        raise Conflict("This job is waiting for a worker already.") from None


def jobs_schema_sql() -> str:
    """Return one statement that creates the queue's tables, types and functions if need be.

    It holds colons and percent signs that are no parameters; :func:`create_queue` runs it.
    """
    schema = SchemaManager.get_schema()
    if "$queue$" in schema:
        raise RuntimeError("The schema of procrastinate cannot be quoted; choose another tag.")
    return (
        "DO $do$ BEGIN IF to_regclass('procrastinate_jobs') IS NULL THEN "
        f"EXECUTE $queue${schema}$queue$; END IF; END $do$"
    )


def create_queue(connection: Connection) -> None:
    """Create what the queue needs where it is missing; for the migration and the tests."""
    connection.execution_options(no_parameters=True).exec_driver_sql(jobs_schema_sql())


def make_app(url: str) -> App:
    """Return procrastinate's application for one database; it has no jobs yet."""
    connector = PsycopgConnector(
        conninfo=make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
        min_size=1,
        max_size=4,
        kwargs={"application_name": "guanxi-jobs"},
        json_dumps=json.dumps,
        json_loads=json.loads,
    )
    return App(connector=connector, periodic_defaults={"max_delay": CATCH_UP})


def _defer(
    session: Session,
    name: str,
    arguments: Mapping[str, Any],
    *,
    at: datetime | None = None,
    lock: str | None = None,
    queueing_lock: str | None = None,
) -> int:
    driver = session.connection().connection.dbapi_connection
    # With a connection of ours the connector only brings the SQL; it opens none of its own.
    connector = SyncPsycopgConnector(json_dumps=json.dumps, json_loads=json.loads)
    deferrer = configure_task(
        name=name,
        job_manager=JobManager(connector),
        connection=driver,
        schedule_at=at,
        lock=lock,
        queueing_lock=queueing_lock,
    )
    return deferrer.defer(**arguments)
