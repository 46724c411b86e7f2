"""What has had its time goes at night; what is still of use stays."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from guanxi.access.links import create_link
from guanxi.access.sessions import save_session
from guanxi.access.throttle import count_failure
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.delivery.tidying import tidy
from guanxi.http.models import IdempotentAnswer
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

TABLES = ("web_sessions", "one_time_links", "sign_in_throttle", "idempotent_answers")


def leave_traces(platform: Platform, user_id: UUID, days_ago: int) -> None:
    at = utc_now() - timedelta(days=days_ago)
    with platform.database.autocommit.connect() as connection:
        save_session(
            connection, f"session {days_ago}", user_id=user_id, data={}, address=None,
            browser=None, now=at,
        )  # fmt: skip
        count_failure(connection, (f"account:{days_ago}",), now=at)
    with platform.database.write(SYSTEM, now=at) as session:
        create_link(session, user_id, "invite" if days_ago else "reset", now=at)
        session.add(
            IdempotentAnswer(
                principal="p", key=str(days_ago), request_hash=b"", status=200, headers={},
                body=b"", created_at=at,
            )
        )  # fmt: skip


def test_the_nightly_tidying_keeps_what_lives_and_forgets_the_rest(
    platform: Platform, factories: Factories
) -> None:
    user_id = factories.user()
    leave_traces(platform, user_id, days_ago=0)
    leave_traces(platform, user_id, days_ago=30)

    tidy.run(platform)

    with platform.database.read() as session:
        left = {t: session.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in TABLES}
    assert left == dict.fromkeys(TABLES, 1)
