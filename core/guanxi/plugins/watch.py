"""Watch for hooks that hang: stop the plugin, try to free its thread, else give the process up.

Python cannot end a thread. So the plugin is put in quarantine, an exception is raised in the
thread once, and if it still hangs after a while the process is told to replace itself.
"""

from collections.abc import Callable
from threading import Event, Thread, current_thread
from time import perf_counter_ns

import structlog

from guanxi.i18n import N_
from guanxi.plugins.dispatch import Dispatcher, Running
from guanxi.plugins.limited import interrupt, stack_of
from guanxi.plugins.problems import Problem

log = structlog.get_logger(__name__)


class HookTimedOut(Exception):
    """Raised in a thread whose hook took too long."""


class Watch:
    """Looks at what a dispatcher runs.

    :param limit_of: seconds that a hook may take, by its name; None where there is no limit.
    :param hangs: told of the plugin and what happened; puts it in quarantine.
    :param grace: seconds between the interruption and giving up.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        limit_of: Callable[[str], float | None],
        hangs: Callable[[str, Problem], None],
        grace: float = 5.0,
        every: float = 0.5,
    ) -> None:
        self._dispatcher = dispatcher
        self._limit_of = limit_of
        self._hangs = hangs
        self.stuck: Callable[[], None] = lambda: None
        """Called once when a thread could not be freed; recycles the process."""
        self._grace = grace
        self._every = every
        self._seen: dict[int, Running] = {}
        self._gave_up = False
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Look again and again from a thread of its own."""
        self._thread = Thread(target=self._run, name="plugin-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; waits for a look that is under way."""
        self._stop.set()
        if self._thread is not None and self._thread is not current_thread():
            self._thread.join(10)

    def look(self) -> None:
        """Look once at all threads."""
        running = dict(self._dispatcher.running)
        self._seen = {
            thread: seen for thread, seen in self._seen.items() if running.get(thread) is seen
        }
        for thread, run in running.items():
            implementation, started = run
            limit = self._limit_of(implementation.hook)
            if limit is None:
                continue
            seconds = (perf_counter_ns() - started) / 1e9
            if thread in self._seen:
                self._give_up_after(limit + self._grace, seconds)
            elif seconds > limit:
                self._seen[thread] = run
                self._intervene(thread, run, seconds)

    def _intervene(self, thread: int, run: Running, seconds: float) -> None:
        plugin, hook = run[0].plugin, run[0].hook
        log.error("plugin.hook_hangs", plugin=plugin, hook=hook, stack=stack_of(thread))
        if self._dispatcher.running.get(thread) is run:
            interrupt(thread, HookTimedOut)
        try:
            self._hangs(plugin, _problem(hook, seconds))
        except Exception:
            log.exception("plugin.not_quarantined", plugin=plugin)

    def _give_up_after(self, limit: float, seconds: float) -> None:
        if seconds > limit and not self._gave_up:
            self._gave_up = True
            log.critical("plugin.thread_stuck", seconds=round(seconds))
            self.stuck()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self.look()


def _problem(hook: str, seconds: float) -> Problem:
    return Problem(
        N_("Its hook %(hook)s did not answer within %(seconds)s seconds."),
        N_("Release it when the cause is gone."),
        {"hook": hook, "seconds": f"{seconds:.0f}"},
    )


def limits(page: float, handler: float) -> Callable[[str], float | None]:
    """Return how long a hook may take, by its family: for pages people wait."""

    def limit_of(hook: str) -> float | None:
        family = hook.partition("_")[0]
        return {"check": page, "slot": page, "on": handler, "customer": handler}.get(family)

    return limit_of
