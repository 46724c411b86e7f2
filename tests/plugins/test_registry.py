"""Plugins are loaded in one order everywhere, and not without what they need."""

import pytest

from guanxi.plugins.loading import LoadedPlugin
from guanxi.testkit.plugin_folder import PluginFolder


def problems(loaded: dict[str, LoadedPlugin]) -> dict[str, str]:
    """The problem of each plugin that has one."""
    return {name: str(p.problem) for name, p in loaded.items() if p.problem is not None}


@pytest.mark.parametrize("order", [("a", "b", "c", "d"), ("d", "c", "b", "a")])
def test_needed_plugins_come_first_then_the_name_decides(
    folder: PluginFolder, order: tuple[str, ...]
) -> None:
    needs = {"a": "requires=('d',)", "b": "", "c": "requires=('a', 'b')", "d": ""}
    for name in order:
        folder.add(name, manifest=needs[name])

    assert list(folder.load()) == ["b", "d", "a", "c"]


def test_a_plugin_without_what_it_needs_is_not_used(folder: PluginFolder) -> None:
    folder.add("a", manifest="requires=('b',)")
    folder.add("b", manifest="requires=('nowhere',)")
    folder.add("c")

    assert problems(folder.load()) == {
        "a": "It needs the plugin b, which could not be loaded. "
        "First solve what is wrong with b, then restart Guanxi.",
        "b": "It needs the plugin nowhere, which is not installed. "
        "Install the package of nowhere, then restart Guanxi.",
    }


def test_a_circle_is_shown_and_stops_only_its_members(folder: PluginFolder) -> None:
    folder.add("a", manifest="requires=('b',)")
    folder.add("b", manifest="requires=('a',)")
    folder.add("c")

    told = problems(folder.load())

    assert sorted(told) == ["a", "b"]
    assert told["a"].startswith("It needs itself in a circle: a → b → a.")
    assert told["b"].startswith("It needs itself in a circle: b → a → b.")


def test_two_packages_with_one_name_are_both_named_and_neither_is_imported(
    folder: PluginFolder,
) -> None:
    folder.add("sample", source="raise AssertionError", distribution="first")
    folder.add("sample", source="raise AssertionError", distribution="second")

    assert problems(folder.load()) == {
        "sample": "The packages first, second both bring a plugin named sample; "
        "neither was loaded. Remove one of them, for example with: pip uninstall second, "
        "then restart Guanxi."
    }


def test_a_name_that_begins_with_another_ones_is_refused(folder: PluginFolder) -> None:
    folder.add("chat")
    folder.add("chat_wall")

    told = problems(folder.load())

    assert list(told) == ["chat_wall"]
    assert told["chat_wall"].startswith(
        "Its name begins with chat_, which belongs to the plugin chat."
    )
