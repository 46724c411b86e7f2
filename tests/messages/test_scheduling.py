"""The job that sends a message is queued in the message's own transaction."""

from datetime import datetime, timedelta

from sqlalchemy import text
from tests.messages.conftest import NOON, Make, queue, writing

from guanxi.delivery.core_jobs import CORE_JOBS
from guanxi.delivery.job_running import JobRunner
from guanxi.messages.domain.drafts import MessageDraft
from guanxi.messages.domain.queueing import queue_message
from guanxi.platform import Platform


def jobs(platform: Platform) -> list[tuple[str, dict[str, str], datetime | None]]:
    with platform.database.read() as session:
        rows = session.execute(
            text("SELECT task_name, args, scheduled_at FROM procrastinate_jobs ORDER BY id")
        )
        return [(name, args, at) for name, args, at in rows]


def test_a_job_is_queued_for_the_instant_at_which_it_is_due(office: Platform, make: Make) -> None:
    night = NOON + timedelta(hours=12)
    message = queue(office, make("Ada", email="ada@example.com"), now=night)

    assert jobs(office) == [
        ("messages.send", {"message_id": str(message.id)}, night + timedelta(hours=8))
    ]


def test_without_the_message_there_is_no_job(office: Platform, make: Make) -> None:
    ada = make("Ada", email="ada@example.com")

    draft = MessageDraft(customer_id=ada, channel="email", purpose="service", subject="a", body="b")

    with writing(office) as session:
        queue_message(session, draft, now=NOON)
        session.rollback()

    assert jobs(office) == []


def test_a_refused_message_has_no_job(office: Platform, make: Make) -> None:
    queue(office, make("Ada", email="ada@example.com"), purpose="marketing")

    assert jobs(office) == []


def test_the_worker_runs_the_job_as_it_was_queued(office: Platform, make: Make) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    by_name = {job.name: job for job in CORE_JOBS}
    [(name, arguments, _at)] = jobs(office)

    JobRunner(office, lambda: False).run(by_name[name], 1, arguments)

    with office.database.read() as session:
        state = session.execute(
            text("SELECT state FROM messages WHERE id = :id"), {"id": message.id}
        ).scalar_one()
        tries = session.execute(text("SELECT state FROM job_runs")).scalar_one()
    assert tries == "succeeded"
    # The job runs by the real clock: at night it holds the message, by day it sends it.
    assert state in ("sent", "held")
