"""Keep short what is only of use for a while: a job of the core, once a night."""

from sqlalchemy import text

from guanxi.access import links, sessions, throttle
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.delivery import job_runs
from guanxi.delivery.jobs import job
from guanxi.http import idempotency
from guanxi.platform import Platform

# Jobs that went well leave the queue at once.
_FORGET_FAILED_JOBS = text(
    """
    DELETE FROM procrastinate_jobs j USING (
        SELECT job_id FROM procrastinate_events GROUP BY job_id HAVING max(at) < :before
    ) old
    WHERE old.job_id = j.id AND j.status IN ('failed', 'cancelled', 'aborted', 'succeeded')
    """
)


@job("delivery.tidy", schedule="17 3 * * *", alone=True)
def tidy(platform: Platform) -> None:
    """Delete what has had its time: books of jobs, sessions, links, tries, answers by key."""
    now = utc_now()
    with platform.database.write(SYSTEM, now=now) as session:
        job_runs.forget_old_runs(session, now=now)
        session.execute(_FORGET_FAILED_JOBS, {"before": now - job_runs.KEPT})
        sessions.forget_expired(session, now)
        links.forget_old(session, now)
        throttle.forget_old(session, now)
        idempotency.forget_old(session)
