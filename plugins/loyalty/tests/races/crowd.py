"""Many who want the same thing at the same moment, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

from sqlalchemy.orm import Session

from guanxi.db import Actor, Database
from guanxi.sdk import Conflict, Refused

ACTOR = Actor("system", "test")
WORKERS = 16


class Crowd:
    """Sixteen workers on a real PostgreSQL."""

    def __init__(self, url: str, now: datetime) -> None:
        self.databases = [Database(url) for _ in range(WORKERS)]
        self.now = now

    def close(self) -> None:
        """Give the connections back."""
        for database in self.databases:
            database.dispose()

    def rush(self, work: Callable[[Session, int], Any], each: int = 1) -> list[Any]:
        """Let every worker do ``work`` ``each`` times, a transaction a time, all at once.

        Returns what they got; for a refusal the class of it.
        """
        barrier = Barrier(WORKERS)

        def one(place: int) -> list[Any]:
            barrier.wait()
            return [self._once(work, place, place * each + time) for time in range(each)]

        with ThreadPoolExecutor(WORKERS) as pool:
            return [answer for found in pool.map(one, range(WORKERS)) for answer in found]

    def _once(self, work: Callable[[Session, int], Any], place: int, number: int) -> Any:
        try:
            with self.databases[place].write(ACTOR, now=self.now) as session:
                return work(session, number)
        except (Refused, Conflict) as error:
            return type(error)


def succeeded(answers: list[Any]) -> list[Any]:
    """Return what those got who were not refused."""
    return [answer for answer in answers if not isinstance(answer, type)]
