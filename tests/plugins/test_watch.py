"""Hooks that hang: the plugin is stopped, its thread freed if possible, else the process told."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.plugins.watch import HookTimedOut, Watch, limits


class Scene:
    """One hook that runs in a thread, and a watch that looks at it."""

    def __init__(
        self, function: Callable[[], Any], *, limit: float = 0.05, grace: float = 60
    ) -> None:
        self.told: list[str] = []
        self.stuck = Event()
        self.error: BaseException | None = None
        self.hook = Implementation("sample", "slot_dashboard_card", function, ())
        self.dispatcher = Dispatcher([self.hook])
        self.watch = Watch(
            self.dispatcher,
            limit_of=lambda hook: limit,
            hangs=lambda plugin, problem: self.told.append(f"{plugin}: {problem}"),
            grace=grace,
        )
        self.watch.stuck = self.stuck.set
        self.thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self.dispatcher.call(self.hook, {})
        except BaseException as error:  # noqa: BLE001 -- looked at by the test
            self.error = error

    def look_until(self, done: Callable[[], bool]) -> None:
        """Let the watch look again and again."""
        pause = Event()
        while not done():
            self.watch.look()
            pause.wait(0.02)


def test_a_hook_that_spins_is_interrupted_and_its_plugin_told() -> None:
    def spin() -> None:
        while True:
            pass

    scene = Scene(spin)

    scene.thread.start()
    scene.look_until(lambda: not scene.thread.is_alive())

    assert isinstance(scene.error, HookTimedOut)
    assert len(scene.told) == 1
    assert scene.told[0].startswith("sample: Its hook slot_dashboard_card did not answer within ")
    assert not scene.stuck.is_set()


def test_a_thread_that_cannot_be_freed_is_given_up_once() -> None:
    free = Event()
    scene = Scene(lambda: free.wait(60), grace=0.1)
    gave_up: list[int] = []
    scene.watch.stuck = lambda: (gave_up.append(1), scene.stuck.set())[0]

    scene.thread.start()
    scene.look_until(scene.stuck.is_set)
    scene.watch.look()
    free.set()
    scene.thread.join(30)

    assert gave_up == [1]
    assert len(scene.told) == 1


def test_a_quick_hook_is_left_alone() -> None:
    go = Event()
    scene = Scene(lambda: go.wait(60), limit=1000)

    scene.thread.start()
    scene.watch.look()
    go.set()
    scene.thread.join(30)
    scene.watch.look()

    assert scene.error is None
    assert scene.told == []


def test_the_watch_looks_by_itself() -> None:
    def spin() -> None:
        while True:
            pass

    scene = Scene(spin)
    scene.watch._every = 0.02
    scene.thread.start()

    scene.watch.start()
    scene.thread.join(30)
    scene.watch.stop()

    assert isinstance(scene.error, HookTimedOut)


def test_each_family_has_its_limit() -> None:
    limit_of = limits(10, 60)

    assert {
        hook: limit_of(hook) for hook in ("check_x", "slot_x", "on_x", "customer_data_x", "j")
    } == {
        "check_x": 10,
        "slot_x": 10,
        "on_x": 60,
        "customer_data_x": 60,
        "j": None,
    }
