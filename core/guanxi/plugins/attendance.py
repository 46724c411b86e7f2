"""The threads that look after a process's plugins: one keeps their books, one watches for hangs."""

import atexit
from collections.abc import Callable
from threading import Lock

from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Database
from guanxi.plugins.dispatch import Dispatcher
from guanxi.plugins.health import Health
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine
from guanxi.plugins.watch import Watch, limits


class Attendance:
    """Health and watch of one process. Nothing runs before :meth:`start`.

    :param database: the connections of both, closed in the end.
    """

    def __init__(self, database: Database, health: Health, watch: Watch) -> None:
        self.health = health
        self.watch = watch
        self._database = database
        self._lock = Lock()
        self._started = False

    def start(self, stuck: Callable[[], None]) -> None:
        """Begin, in a process that calls hooks; after a fork, not before.

        :param stuck: recycles the process: called when a thread hangs and cannot be freed.
        """
        with self._lock:
            if self._started:
                return
            self._started = True
        self.watch.stuck = stuck
        self.health.start()
        self.watch.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Write what was counted and end."""
        atexit.unregister(self.stop)
        self.watch.stop()
        self.health.stop()
        self._database.dispose()


def attend(
    config: Config, database: Database, dispatcher: Dispatcher, changed: Callable[[], None]
) -> Attendance:
    """Put health and watch together for one process.

    :param changed: called after a plugin was put in quarantine.
    """
    # Connections of its own: the pool of the pages may be exhausted by the very plugin.
    own = Database(database.url, pool_size=1, application_name="guanxi-plugin-health")
    health = Health(own, dispatcher.timings, changed=changed)
    dispatcher.failed = health.failed

    def hangs(plugin: str, problem: Problem) -> None:
        if quarantine(own, plugin, problem, now=utc_now()):
            changed()

    limit_of = limits(config.hook_time_limit, config.handler_time_limit)
    return Attendance(own, health, Watch(dispatcher, limit_of=limit_of, hangs=hangs))
