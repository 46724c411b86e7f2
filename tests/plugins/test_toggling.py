"""Whatever is switched in whatever order, all processes agree and no plugin lacks what it needs."""

from collections.abc import Callable
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.plugins.conftest import ACTOR

from guanxi.db import Database
from guanxi.errors import Conflict, NotFound
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import disable, enable
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine, release
from guanxi.testkit.plugin_folder import PluginFolder

OpenHost = Callable[..., PluginHost]
NEEDS: dict[str, set[str]] = {"a": set(), "b": {"a"}, "c": {"b"}, "d": {"a"}}
NAMES = st.sampled_from(sorted(NEEDS))


class Toggling(RuleBasedStateMachine):
    """An admin switches plugins in one process; another one only looks."""

    database: Database
    hosts: tuple[PluginHost, PluginHost]
    now: datetime

    def __init__(self) -> None:
        super().__init__()
        self.on: set[str] = set()
        self.caught: set[str] = set()
        disable(self.database, self.hosts[0], "a", actor=ACTOR, now=self.now, cascade=True)
        for name in NEEDS:
            self._ends(lambda name=name: release(self.database, name, now=self.now, actor=ACTOR))

    @rule(name=NAMES)
    def enable(self, name: str) -> None:
        """Works where what it needs is on and it is not in quarantine."""
        done = self._ends(
            lambda: enable(self.database, self.hosts[0], name, actor=ACTOR, now=self.now)
        )
        assert done == (self.on >= NEEDS[name] and name not in self.caught)
        self.on |= {name} if done else set()

    @rule(name=NAMES, cascade=st.booleans())
    def disable(self, name: str, *, cascade: bool) -> None:
        """Works where nobody needs it, or all go together."""
        others = self._needing(name) & self.on
        done = self._ends(
            lambda: disable(
                self.database, self.hosts[0], name, actor=ACTOR, now=self.now, cascade=cascade
            )
        )
        assert done == (cascade or not others)
        self.on -= {name, *others} if done else set()

    @rule(name=NAMES)
    def quarantine(self, name: str) -> None:
        """Works once for whom there is a record."""
        if quarantine(self.database, name, Problem("Caught."), now=self.now):
            self.caught.add(name)

    @rule(name=NAMES)
    def release(self, name: str) -> None:
        """Works for whoever was caught."""
        done = self._ends(lambda: release(self.database, name, now=self.now, actor=ACTOR))
        assert done == (name in self.caught)
        self.caught.discard(name)

    @invariant()
    def all_processes_agree(self) -> None:
        """Each host shows exactly who is on and not caught."""
        for host in self.hosts:
            host.refresh_from(self.database)
            assert host.enabled == self.on - self.caught

    def _needing(self, name: str) -> set[str]:
        direct = {other for other, needs in NEEDS.items() if name in needs}
        return direct.union(*(self._needing(other) for other in direct))

    @staticmethod
    def _ends(work: Callable[[], object]) -> bool:
        try:
            work()
        except (Conflict, NotFound):
            return False
        return True


def test_any_order_of_switching_leaves_all_processes_in_agreement(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    for name, needs in NEEDS.items():
        folder.add(name, manifest=f"requires={tuple(sorted(needs))!r}")
    hosts = (open_host(), open_host())
    attributes = {"database": database, "hosts": hosts, "now": now}

    run_state_machine_as_test(
        type("Machine", (Toggling,), attributes),
        settings=settings(max_examples=15, stateful_step_count=20, deadline=None),
    )
