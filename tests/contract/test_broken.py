"""With any broken plugin installed the core starts and serves, and says what is wrong."""

import pytest
from sqlalchemy import inspect
from tests.contract.conftest import CASES, PlatformWith

from guanxi.app import create_app
from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.errors import Refused
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.listing import App, find_app
from guanxi.plugins.migrations import MigrationFailed
from guanxi.plugins.states import PluginState as S
from guanxi.plugins.watch import Watch

ACTOR = Actor("system", "test")

WRONG = {
    "arguments": "Its hook on_touchpoints_recorded asks for weather; "
    "the hook offers session, events.",
    "contract": "It works with contract >=9,<10 of Guanxi; this is contract 1.0.",
    "exit": "Its module guanxi_broken_exit cannot be imported: SystemExit: 3.",
    "import": "Its module guanxi_broken_import cannot be imported: RuntimeError: the moon is full.",
    "loading": "It did not finish loading within 3 seconds.",
    "package": "It needs the package no-such-package>=2, which is not installed.",
    "permission": "Its module guanxi_broken_permission cannot be imported: UndeclaredPermission: "
    "The route / of broken_permission declares no permission; "
    "add permission='<name>.<verb>', or public=True if everybody may use it.",
    "route": "Its route /customers/ lies outside its prefix; it must begin with /broken_route/.",
    "spelling": "It implements on_touchpoint_recorded, which is no hook; "
    "did you mean on_touchpoints_recorded?",
    "start": "Its hook register_permissions failed: IndexError: list index out of range.",
    "table": "Its table customers lies outside its prefix; its name must begin with broken_table_.",
    "template": "Its template templates/guanxi/layout.html lies outside its folder; "
    "move it to templates/broken_template/layout.html.",
    "twice": "The packages guanxi-broken-twice-first, guanxi-broken-twice-second both bring "
    "a plugin named broken_twice; neither was loaded.",
}
"""What the Apps page says about each plugin that cannot be loaded."""

LATER = {"ground", "hooks", "migration", "patience"}
"""These load well; what is wrong shows when they are enabled."""


def test_every_broken_plugin_is_tested() -> None:
    assert WRONG.keys() | LATER == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_the_core_starts_and_serves(platform_with: PlatformWith, case: str) -> None:
    platform = platform_with(case)

    client = create_app(platform).test_client()

    assert client.get("/healthz").status_code == 200
    assert client.get("/sign-in").status_code == 200
    assert "hello" in platform.host.names
    hello = platform.host.plugin("hello")
    assert hello is not None
    assert hello.problem is None


@pytest.mark.parametrize("case", WRONG)
def test_it_is_said_what_is_wrong_and_what_to_do(platform_with: PlatformWith, case: str) -> None:
    app = listed(platform_with, case)

    assert app.state is (S.INCOMPATIBLE if case == "contract" else S.FAILED)
    assert app.problem is not None
    message, advice = app.problem.told(lambda text, **params: text % params)
    assert message == WRONG[case]
    assert advice.endswith((".", "this."))
    assert "%(" not in advice


@pytest.mark.parametrize("case", sorted(LATER))
def test_what_breaks_later_is_offered_at_first(platform_with: PlatformWith, case: str) -> None:
    app = listed(platform_with, case)

    assert (app.state, app.problem) == (S.INSTALLED, None)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("migration", "ProgrammingError: (psycopg.errors.UndefinedTable)"),
        ("ground", "changed tables that are not its own: customers."),
    ],
)
def test_a_bad_migration_leaves_no_trace(platform_with: PlatformWith, case: str, why: str) -> None:
    platform = platform_with(case)
    before = inspect(platform.database.engine).get_table_names()

    with pytest.raises(MigrationFailed) as failed:
        switch_on(platform, f"broken_{case}")

    assert why in str(failed.value)
    assert platform.host.state(f"broken_{case}") is S.WAITS_FOR_MIGRATION
    assert inspect(platform.database.engine).get_table_names() == before


def test_a_plugin_that_raises_in_every_hook_stops_only_itself(platform_with: PlatformWith) -> None:
    platform = platform_with("hooks")
    switch_on(platform, "broken_hooks")
    switch_on(platform, "hello")

    with platform.database.read() as session:
        cards = platform.dispatcher.collect("slot_dashboard_card", session=session, now=utc_now())
    with pytest.raises(Refused, match="The plugin broken_hooks could not check this"):
        platform.dispatcher.check("check_touchpoint", session=None, touchpoint=None)
    for _ in range(10):
        platform.dispatcher.collect("slot_dashboard_card", session=None, now=utc_now())
    assert platform.host.attendance is not None
    platform.host.attendance.health.flush()

    assert [type(card.error) for card in cards] == [ZeroDivisionError]
    assert platform.host.state("broken_hooks") is S.QUARANTINED
    assert platform.host.state("hello") is S.ENABLED
    platform.dispatcher.check("check_touchpoint", session=None, touchpoint=None)


def test_a_plugin_that_hangs_in_a_hook_is_interrupted_and_quarantined(
    platform_with: PlatformWith,
) -> None:
    platform = platform_with("patience")
    switch_on(platform, "broken_patience")
    assert platform.host.attendance is not None
    watch: Watch = platform.host.attendance.watch
    watch._limit_of = lambda hook: 0.2
    watch.start()

    (card,) = platform.dispatcher.collect("slot_dashboard_card", session=None, now=utc_now())
    watch.stop()

    assert type(card.error).__name__ == "HookTimedOut"
    platform.host.refresh_from(platform.database)
    assert platform.host.state("broken_patience") is S.QUARANTINED


def listed(platform_with: PlatformWith, case: str) -> App:
    """The plugin as the Apps page lists it."""
    platform = platform_with(case)
    with platform.database.read() as session:
        return find_app(session, platform.host, f"broken_{case}")


def switch_on(platform: Platform, name: str) -> None:
    """Enable a plugin."""
    enable(platform.database, platform.host, name, actor=ACTOR, now=utc_now())
