"""Background work of customers: the nightly look for duplicates."""

from typing import Final, Protocol

from sqlalchemy import text

from guanxi.clock import utc_now
from guanxi.customers.domain.matching import CHUNK, NOBODY, find_changed
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform

_ANALYZE: Final = text("ANALYZE customer_match_keys")
"""The index on the keys is of no use to a planner that thinks the table small."""


class Control(Protocol):
    """What a long job looks at now and then."""

    def check(self) -> None:
        """Leave the job if the worker is stopping."""


def find_duplicates(platform: Platform, control: Control | None = None) -> dict[str, int]:
    """Look at all customers that changed since the last time; a chunk per transaction.

    The job ``customers.find_duplicates``. Stopped in between, it goes on where it was.
    """
    after, chunks = NOBODY, 0
    while True:
        if control is not None:
            control.check()
        now = utc_now()
        with platform.database.write(SYSTEM, now=now) as session:
            last = find_changed(session, after=after, limit=CHUNK, now=now)
            if chunks in (1, 20) or last is None:
                session.execute(_ANALYZE)
        if last is None:
            return {"chunks": chunks}
        after, chunks = last, chunks + 1
