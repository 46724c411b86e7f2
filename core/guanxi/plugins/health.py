"""How plugins fare: failures and times are written to the database by a thread of its own, a
plugin that keeps failing is put in quarantine, and the plugin's page reads all that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread

import structlog
from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.db import Database
from guanxi.i18n import N_
from guanxi.plugins.failures import Breaker, Failure, Failures
from guanxi.plugins.models import HookTiming, PluginFailure
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine
from guanxi.plugins.timing import Timing, Timings, quantile

EVERY = 5.0
"""Seconds between two writings."""

log = structlog.get_logger(__name__)

_ADD_TIMING = text(
    """
    INSERT INTO hook_timings AS h (plugin, hook, buckets, total_seconds, updated_at)
    VALUES (:plugin, :hook, :buckets, :seconds, :now)
    ON CONFLICT (plugin, hook) DO UPDATE SET
        buckets = (
            SELECT array_agg(coalesce(old, 0) + coalesce(new, 0) ORDER BY number)
            FROM unnest(h.buckets, excluded.buckets) WITH ORDINALITY AS both_of(old, new, number)
        ),
        total_seconds = h.total_seconds + excluded.total_seconds,
        updated_at = excluded.updated_at
    """
).bindparams(bindparam("buckets", type_=HookTiming.__table__.c.buckets.type))


class Health:
    """Keeps the books of one process.

    :param database: connections of its own, so that no failing transaction is in the way.
    :param changed: called after a plugin was put in quarantine.
    """

    def __init__(
        self,
        database: Database,
        timings: Timings,
        *,
        breaker: Breaker | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._timings = timings
        self._failures = Failures(breaker or Breaker(), utc_now)
        self._changed = changed
        self._wake = Event()
        self._stopped = False
        self._thread: Thread | None = None

    def failed(self, plugin: str, hook: str, error: BaseException) -> None:
        """Count a failure; cheap, and touches no database."""
        if self._failures.add(plugin, hook, error):
            self._wake.set()

    def flush(self) -> None:
        """Write down what was counted, and quarantine who failed too often.

        Failures that cannot be written now are kept for the next time; times are not.
        """
        failures, tripped = self._failures.take()
        try:
            self._write(failures)
            failures = {}
            for plugin in list(tripped):
                self._quarantine(plugin, tripped[plugin])
                del tripped[plugin]
        except Exception:
            self._failures.put_back(failures, tripped)
            raise

    def _write(self, failures: dict[tuple[str, str], Failure]) -> None:
        timings = self._timings.take()
        if failures or timings:
            with self._database.engine.begin() as connection:
                _write_failures(connection, failures)
                _write_timings(connection, timings, utc_now())

    def _quarantine(self, plugin: str, error: str) -> None:
        problem = Problem(
            N_("It failed too often, the last time with: %(why)s."),
            N_("Release it when the cause is gone."),
            {"why": error.rstrip(".")},
        )
        if quarantine(self._database, plugin, problem, now=utc_now()):
            log.error("plugin.quarantined", plugin=plugin, reason=error)
        self._changed()

    def start(self) -> None:
        """Write now and then from a thread."""
        self._thread = Thread(target=self._run, name="plugin-health", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write for the last time and end the thread."""
        if self._stopped:
            return
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(EVERY)
        else:
            self.flush()

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait(EVERY)
            self._wake.clear()
            try:
                self.flush()
            except Exception:
                log.exception("plugin.health_not_written")


@dataclass(frozen=True, slots=True)
class HookHealth:
    """How one hook of a plugin fares. Times are in seconds."""

    hook: str
    calls: int
    p50: float | None
    p95: float | None
    total_seconds: float
    failures: int
    last_error: str | None
    last_failed_at: datetime | None


def hook_health(session: Session, plugin: str) -> tuple[HookHealth, ...]:
    """Return the health of each hook of a plugin that was called or failed, by name."""
    timings = {t.hook: t for t in session.scalars(select(HookTiming).filter_by(plugin=plugin))}
    failures = {f.hook: f for f in session.scalars(select(PluginFailure).filter_by(plugin=plugin))}
    return tuple(
        _health(hook, timings.get(hook), failures.get(hook))
        for hook in sorted(timings.keys() | failures.keys())
    )


def _health(hook: str, timing: HookTiming | None, failure: PluginFailure | None) -> HookHealth:
    buckets = timing.buckets if timing else []
    return HookHealth(
        hook=hook,
        calls=sum(buckets),
        p50=quantile(buckets, 0.5) if buckets else None,
        p95=quantile(buckets, 0.95) if buckets else None,
        total_seconds=timing.total_seconds if timing else 0.0,
        failures=failure.count if failure else 0,
        last_error=failure.last_error if failure else None,
        last_failed_at=failure.last_at if failure else None,
    )


def _write_failures(connection: Connection, failures: dict[tuple[str, str], Failure]) -> None:
    for (plugin, hook), failure in sorted(failures.items()):
        statement = insert(PluginFailure).values(
            plugin=plugin,
            hook=hook,
            count=failure.count,
            last_at=failure.last_at,
            last_error=failure.last_error,
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["plugin", "hook"],
                set_={
                    "count": PluginFailure.count + statement.excluded.count,
                    "last_at": statement.excluded.last_at,
                    "last_error": statement.excluded.last_error,
                },
            )
        )


def _write_timings(
    connection: Connection, timings: dict[tuple[str, str], Timing], now: datetime
) -> None:
    rows = [
        {
            "plugin": plugin,
            "hook": hook,
            "buckets": timing.buckets,
            "seconds": timing.seconds,
            "now": now,
        }
        for (plugin, hook), timing in sorted(timings.items(), key=lambda item: item[0])
    ]
    if rows:
        connection.execute(_ADD_TIMING, rows)
