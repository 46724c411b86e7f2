"""Hooks of enabled plugins are called in order, isolated from each other."""

from typing import Any

import pytest

from guanxi.errors import Refused
from guanxi.plugins.dispatch import Dispatcher, Implementation, Outcome

HOOK = "check_customer"


def implementation(plugin: str, function: Any, *arguments: str) -> Implementation:
    """A function of a plugin for the one hook of these tests."""
    return Implementation(plugin, HOOK, function, arguments)


def says(value: Any) -> Any:
    """A hook that returns ``value``."""
    return lambda: value


def fails() -> None:
    """A hook that raises."""
    raise LookupError("lost")


def active(*implementations: Implementation, **options: Any) -> Dispatcher:
    """A dispatcher whose plugins are all enabled."""
    dispatcher = Dispatcher(implementations, **options)
    dispatcher.activate({impl.plugin for impl in implementations})
    return dispatcher


def test_each_gets_the_arguments_that_it_asks_for() -> None:
    dispatcher = active(
        implementation("none", says("none")),
        implementation("one", lambda b: b, "b"),
        implementation("two", lambda c, a: (c, a), "c", "a"),
    )

    outcomes = dispatcher.collect(HOOK, a=1, b=2, c=3)

    assert outcomes == [Outcome("none", "none"), Outcome("one", 2), Outcome("two", (3, 1))]


def test_disabled_plugins_are_not_called() -> None:
    dispatcher = active(implementation("on", says(1)), implementation("off", fails))

    dispatcher.activate({"on"})

    assert dispatcher.collect(HOOK) == [Outcome("on", 1)]


def test_a_failing_plugin_harms_no_other_and_is_reported() -> None:
    told: list[tuple[str, str, str]] = []
    dispatcher = active(
        implementation("bad", fails),
        implementation("good", says(1)),
        failed=lambda plugin, hook, error: told.append((plugin, hook, repr(error))),
    )

    bad, good = dispatcher.collect(HOOK)

    assert isinstance(bad.error, LookupError)
    assert good == Outcome("good", 1)
    assert told == [("bad", HOOK, "LookupError('lost')")]


def test_strict_lets_errors_through() -> None:
    dispatcher = active(implementation("bad", fails), strict=True)

    with pytest.raises(LookupError):
        dispatcher.collect(HOOK)


def test_a_check_that_says_no_refuses_with_its_own_words() -> None:
    def refuse() -> None:
        raise Refused("Not on Sundays.")

    dispatcher = active(implementation("strict", refuse))

    with pytest.raises(Refused, match="Not on Sundays"):
        dispatcher.check(HOOK)


def test_a_check_that_fails_refuses_too() -> None:
    told: list[str] = []
    dispatcher = active(
        implementation("bad", fails), failed=lambda plugin, hook, error: told.append(plugin)
    )

    with pytest.raises(Refused) as refused:
        dispatcher.check(HOOK)

    assert str(refused.value) == (
        "The plugin bad could not check this, so it was not saved. "
        "An admin finds the cause under Apps."
    )
    assert told == ["bad"]


def test_a_check_without_plugins_passes() -> None:
    Dispatcher().check(HOOK)


def test_one_implementation_can_be_called_alone_and_raises() -> None:
    good, bad = implementation("good", lambda a: a, "a"), implementation("bad", fails)
    dispatcher = active(good, bad)

    assert dispatcher.call(good, {"a": 5, "b": 6}) == 5
    with pytest.raises(LookupError):
        dispatcher.call(bad, {})


def test_everyone_means_those_who_hold_data() -> None:
    implementations = [implementation(name, says(1)) for name in ("on", "off", "never")]
    dispatcher = Dispatcher(implementations)

    dispatcher.activate({"on"}, keepers={"on", "off"})

    assert [i.plugin for i in dispatcher.implementations(HOOK)] == ["on"]
    assert [i.plugin for i in dispatcher.implementations(HOOK, everyone=True)] == ["on", "off"]


def test_calls_are_counted_by_plugin_and_hook() -> None:
    dispatcher = active(implementation("good", says(1)), implementation("bad", fails))

    dispatcher.collect(HOOK)
    dispatcher.collect(HOOK)

    counts = {key: sum(t.buckets) for key, t in dispatcher.timings.take().items()}
    assert counts == {("good", HOOK): 2, ("bad", HOOK): 2}
    assert dispatcher.timings.take() == {}


def test_while_a_hook_runs_it_can_be_seen_and_nesting_is_undone() -> None:
    seen: list[list[str]] = []

    def look() -> None:
        seen.append([impl.plugin for impl, _ in dispatcher.running.values()])

    def nest() -> None:
        look()
        dispatcher.call(inner, {})
        look()

    inner = implementation("inner", look)
    outer = implementation("outer", nest)
    dispatcher = active(outer)

    dispatcher.collect(HOOK)

    assert seen == [["outer"], ["inner"], ["outer"]]
    assert dispatcher.running == {}
