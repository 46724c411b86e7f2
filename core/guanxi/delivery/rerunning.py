"""Have a job that failed done once more, with what it was asked for the first time."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.delivery.job_runs import FAILED, INTERRUPTED, run_id_of
from guanxi.delivery.jobs import defer_again
from guanxi.errors import Conflict, NotFound
from guanxi.plugins.models import JobRun

# The queue keeps what failed; the book of runs knows a job by a hash of its number there.
_KEPT = text(
    """
    SELECT id, task_name, args, lock, queueing_lock FROM procrastinate_jobs
    WHERE status = 'failed' ORDER BY id DESC
    """
)


def latest_runs(session: Session, *, limit: int = 20, failed: bool = False) -> Sequence[JobRun]:
    """Return runs of jobs, the latest first; ``failed`` leaves out what went well."""
    query = select(JobRun).order_by(JobRun.started_at.desc(), JobRun.id).limit(limit)
    if failed:
        query = query.where(JobRun.state == FAILED)
    return session.scalars(query).all()


def run_again(session: Session, run_id: UUID) -> str:
    """Queue the job of a failed run anew and return its name.

    :raises NotFound: there is no such run.
    :raises Conflict: it did not fail, or the queue has forgotten what it was asked for.
    """
    run = session.get(JobRun, run_id)
    if run is None:
        raise NotFound("There is no such run of a job.")
    if run.state not in (FAILED, INTERRUPTED):
        raise Conflict("This job did not fail, so there is nothing to run again.")
    job = next((one for one in session.execute(_KEPT) if run_id_of(one.id) == run_id), None)
    if job is None:
        raise Conflict("The queue no longer knows this job. Start it anew where it came from.")
    defer_again(session, job.task_name, job.args, lock=job.lock, queueing_lock=job.queueing_lock)
    audit.record(session, "job.run_again", ("job", run.name), after={"run": run_id})
    return run.name
