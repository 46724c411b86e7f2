"""One plugin is loaded whole or not at all, and says what is wrong in a sentence."""

import sys
import threading
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from guanxi.plugins import loading
from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.states import PluginState
from guanxi.testkit.plugin_folder import PluginFolder

Load = Callable[..., LoadedPlugin]


def sentence(plugin: LoadedPlugin) -> str:
    """The first sentence: what is wrong."""
    assert plugin.problem is not None
    assert plugin.contribution is None
    return plugin.problem.message % plugin.problem.params


def test_a_plugin_without_hooks_loads(load: Load) -> None:
    plugin = load()

    assert plugin.problem is None
    assert plugin.contribution is not None
    assert plugin.contribution.hooks == ()


def test_an_exception_at_import_is_told_with_its_traceback(load: Load) -> None:
    plugin = load(source="raise RuntimeError('the moon is full.')")

    assert sentence(plugin) == (
        f"Its module {plugin.found.entry_point.module} cannot be imported: "
        "RuntimeError: the moon is full."
    )
    assert plugin.problem is not None
    assert plugin.problem.state is PluginState.FAILED
    assert "raise RuntimeError('the moon is full.')" in plugin.problem.detail


def test_system_exit_at_import_is_caught(load: Load) -> None:
    plugin = load("import sys; sys.exit('bye')")

    assert sentence(plugin).endswith("hooks cannot be imported: SystemExit: bye.")


def test_keyboard_interrupt_is_not_caught(load: Load) -> None:
    with pytest.raises(KeyboardInterrupt):
        load("raise KeyboardInterrupt")


def test_a_manifest_of_another_kind_is_refused(load: Load) -> None:
    plugin = load(source="PLUGIN = {'name': 'sample'}")

    module = plugin.found.entry_point.module
    assert sentence(plugin) == f"{module} has no manifest PLUGIN = Manifest(...)."


def test_manifest_and_entry_point_must_agree_on_the_name(load: Load) -> None:
    source = """
    from guanxi.sdk import Manifest, Text
    PLUGIN = Manifest(name="other", title=Text("", ""), summary=Text("", ""))
    """

    assert sentence(load(source=source)) == (
        "Its manifest says other but its entry point sample; they must be equal."
    )


@pytest.mark.parametrize("name", ["customers", "api_x", "plugin"])
def test_names_of_the_core_are_reserved(folder: PluginFolder, name: str) -> None:
    folder.add(name, source="raise AssertionError('imported')")

    assert sentence(folder.load()[name]) == f"The name {name} is reserved for the core."


@pytest.mark.parametrize("name", ["Sample", "9lives", "a__b", "a-b", "x" * 31])
def test_names_must_fit_tables_and_addresses(folder: PluginFolder, name: str) -> None:
    folder.add(name, source="raise AssertionError('imported')", distribution="odd")

    assert sentence(folder.load()[name]) == (
        f"{name} is no valid name; use lower-case letters and digits, words joined by _, "
        "at most 30 characters."
    )


def test_another_contract_is_incompatible_and_its_hooks_are_not_imported(load: Load) -> None:
    plugin = load("raise AssertionError('imported')", manifest="contract='>=9,<10'")

    assert plugin.problem is not None
    assert plugin.problem.state is PluginState.INCOMPATIBLE
    assert str(plugin.problem) == (
        "It works with contract >=9,<10 of Guanxi; this is contract 1.0. "
        "Install a version of the package guanxi-sample that works with contract 1.0, "
        "or another version of Guanxi, then restart."
    )


def test_a_contract_that_is_no_range_is_refused(load: Load) -> None:
    assert sentence(load(manifest="contract='one'")) == (
        "Its manifest's contract one is no range of versions, as in >=1.0,<2."
    )


def test_a_failed_plugin_keeps_its_manifest_for_its_page(load: Load) -> None:
    plugin = load("raise RuntimeError")

    assert plugin.manifest is not None
    assert plugin.manifest.title.en == "Sample"


def test_a_missing_package_is_found_before_the_import(load: Load) -> None:
    plugin = load(source="raise AssertionError('imported')", requires_dist=["no-such-package"])

    assert sentence(plugin) == "It needs the package no-such-package, which is not installed."


def test_an_import_that_hangs_is_given_up(folder: PluginFolder) -> None:
    folder.add("sample", "import threading; threading.Event().wait(60)")
    folder.add("steady")

    loaded = folder.load(time_limit=1.0)

    assert sentence(loaded["sample"]) == "It did not finish loading within 1 seconds."
    assert loaded["steady"].problem is None


def test_an_import_that_spins_is_ended(folder: PluginFolder) -> None:
    folder.add("spinning", "while True: pass")

    folder.load(time_limit=0.5)

    for thread in threading.enumerate():
        if thread.name == "load-spinning":
            thread.join(30)
            assert not thread.is_alive()


def test_a_slow_import_is_noted(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "SLOW_IMPORT", 0.05)

    with capture_logs() as logs:
        load("import time; time.sleep(0.1)")

    assert [(line["event"], line["plugin"]) for line in logs] == [("plugin.slow_import", "sample")]


def test_hooks_may_lie_in_another_module(load: Load) -> None:
    plugin = load(
        source="""
        from guanxi.sdk import Manifest, Permission, Text, hookimpl
        PLUGIN = Manifest(name="sample", title=Text("", ""), summary=Text("", ""), hooks=__name__)

        @hookimpl
        def register_permissions():
            return [Permission("sample.view", Text("", ""))]
        """,
    )

    assert plugin.contribution is not None
    assert [p.name for p in plugin.contribution.permissions] == ["sample.view"]


def test_nothing_of_a_plugin_stays_imported_after_a_test(folder: PluginFolder) -> None:
    assert not [name for name in sys.modules if name.startswith("guanxi_sample_")]
