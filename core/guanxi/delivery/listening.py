"""Waiting for new events: a connection that listens, and looks up now and then all the same."""

from types import TracebackType
from typing import Self

import psycopg
import structlog
from sqlalchemy.engine import make_url

log = structlog.get_logger(__name__)

CHANNEL = "guanxi_events"
"""Notified by the log's trigger with each commit that appended events."""


class Listener:
    """Hears of commits that appended events, through a connection of its own.

    Notifications are a courtesy: where the connection is lost, :meth:`wait` just takes its time
    and connects again, and whoever looks after each wait misses nothing.
    """

    def __init__(self, url: str) -> None:
        self._conninfo = (
            make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        )
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._close()

    def listen(self) -> None:
        """Begin to listen, unless that is so; what is committed from now on is heard.

        :raises psycopg.Error: the database does not answer.
        """
        self._connected()

    def wait(self, seconds: float) -> bool:
        """Wait for a notification, at most so long; tell whether one came.

        :raises psycopg.Error: the database does not answer; wait a little and call again.
        """
        try:
            connection = self._connected()
            return any(True for _ in connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error:
            self._close()
            raise

    def _connected(self) -> psycopg.Connection[tuple[object, ...]]:
        if self._connection is None:
            self._connection = psycopg.connect(
                self._conninfo,
                autocommit=True,
                connect_timeout=10,
                application_name="guanxi-listener",
            )
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
