"""Sorts what an import adds into the index of the search while the import goes on.

New entries of that index wait in a list (PostgreSQL manual, "GIN Fast Update Technique"). Whoever
fills it up must sort them in, and that is half of what a new customer costs the database. Beside
the import, in a connection of its own, it costs the import nothing as long as there is a second
processor; and a search, which reads the list, finds it short.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.db import Database

SORT_IN: Final = text("SELECT gin_clean_pending_list('ix_customers_search')")
_LEAVE_IT: Final = text("SELECT set_config('gin_pending_list_limit', '16MB', true)")
"""What may wait before the import sorts it in by itself after all; usually it is 4 MB."""
log = structlog.get_logger(__name__)


class Tidier:
    """Works beside one import; use it as a context, which waits for what is being sorted in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="import-tidier")
        self._work: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def leave_to_me(self, session: Session) -> None:
        """Have the transaction of ``session`` leave the list alone, unless it grows long."""
        session.execute(_LEAVE_IT)

    def nudge(self) -> None:
        """Sort in what waits, unless that is being done."""
        if self._work is None or self._work.done():
            self._work = self._pool.submit(self._sort_in)

    def _sort_in(self) -> None:
        try:
            with self._database.autocommit.connect() as connection:
                connection.execute(SORT_IN)
        except DBAPIError:  # the import itself says so if the database is away
            log.warning("import.not_tidied", exc_info=True)
