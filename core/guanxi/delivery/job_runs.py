"""The book of job runs: what ran when, for how long, and what came of it.

A run is known by the number of its job in the queue, so one that is repeated because a worker
died is the same run.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.db import Database
from guanxi.db.locks import lock_key
from guanxi.plugins.models import JobRun

RUNNING, SUCCEEDED, FAILED, INTERRUPTED = "running", "succeeded", "failed", "interrupted"
KEPT = timedelta(days=30)

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_GIVE = text("SELECT pg_advisory_unlock(:key)")


def run_id_of(job_id: int) -> UUID:
    """Return the id of the run of a job in the queue."""
    return uuid5(NAMESPACE_OID, f"job {job_id}")


def begin(session: Session, run_id: UUID, name: str, *, plugin: str | None, now: datetime) -> bool:
    """Note that a run begins; False if it was done to its end before."""
    if session.scalar(select(JobRun.state).where(JobRun.id == run_id)) == SUCCEEDED:
        return False
    values = {
        "plugin": plugin,
        "name": name,
        "started_at": now,
        "state": RUNNING,
        "finished_at": None,
        "error": None,
    }
    session.execute(
        insert(JobRun)
        .values(id=run_id, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )
    return True


def end(
    session: Session,
    run_id: UUID,
    state: str,
    *,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Note how a run ended."""
    values: dict[str, Any] = {"state": state, "finished_at": now, "error": error}
    if detail is not None:
        values["detail"] = dict(detail)
    session.execute(update(JobRun).where(JobRun.id == run_id).values(values))


def forget_old_runs(session: Session, *, now: datetime) -> None:
    """Delete what ended long ago."""
    session.execute(delete(JobRun).where(JobRun.finished_at < now - KEPT))


@contextmanager
def alive(database: Database, job_id: int) -> Iterator[bool]:
    """Show for as long as the block runs that somebody works on a job; False if another does.

    The lock lives on a connection of its own and ends with the process, however that ends.
    """
    key = lock_key("job", job_id)
    with database.autocommit.connect() as connection:
        taken = bool(connection.execute(_TAKE, {"key": key}).scalar_one())
        try:
            yield taken
        finally:
            if taken:
                try:
                    connection.execute(_GIVE, {"key": key})
                except DBAPIError:  # the connection is gone, and the lock with it
                    connection.invalidate()


def is_alive(database: Database, job_id: int) -> bool:
    """Tell whether some process works on the job now."""
    with alive(database, job_id) as free:
        return not free
