"""``guanxi plugin`` does at the terminal what the Apps page does."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.plugins.sources import THINGS, WITH_THINGS

from guanxi.app import build_platform
from guanxi.command import CommandContext
from guanxi.config import Config
from guanxi.errors import Conflict
from guanxi.plugins.cli import plugin_group
from guanxi.testkit.plugin_folder import PluginFolder

Run = Callable[..., Result]


@pytest.fixture
def run(folder: PluginFolder, config: Config, database_url: str) -> Iterator[Run]:
    """Runs ``guanxi plugin ...`` with the plugin ``sample`` installed."""
    folder.add("sample", THINGS, **WITH_THINGS)
    config.home.mkdir(parents=True, exist_ok=True)
    context = CommandContext(config, build_platform, lambda _: nullcontext(database_url))

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(
            plugin_group, list(arguments), obj=context, catch_exceptions=False
        )

    yield command
    context.close()


def test_a_plugin_comes_and_goes(run: Run, tmp_path: Path) -> None:
    archive = tmp_path / "sample.zip"

    export = ("--data=export", f"--archive={archive}", "--confirm=sample")
    lines = [
        run("enable", "sample").output,
        run("disable", "sample").output,
        run("disable", "sample").output,
        run("uninstall", "sample", *export).output,
    ]

    assert lines == [
        "sample is enabled.\n",
        "Disabled: sample.\n",
        "Disabled: nothing, it was not enabled.\n",
        "sample_things: 0 rows\nsample is uninstalled; data: export.\n",
    ]
    assert archive.exists()


def test_plugins_are_listed_with_their_state(run: Run) -> None:
    before = run("list").output.splitlines()
    run("enable", "sample")

    assert "sample\t1.0\tinstalled\tSample" in before
    assert "sample\t1.0\tenabled\tSample" in run("list").output.splitlines()


def test_a_plugin_shows_what_it_brings(run: Run) -> None:
    before = run("show", "sample").output
    run("enable", "sample")

    assert "Tables: sample_things (no rows yet)\n" in before
    assert "Tables: sample_things (0)\n" in run("show", "sample").output


def test_a_quarantine_says_why_and_can_be_lifted(run: Run) -> None:
    run("enable", "sample")
    run("quarantine", "sample", "too loud")
    during = run("list").output
    run("release", "sample")

    assert "  An admin stopped it: too loud. Release it when the cause is gone.\n" in during
    assert "sample\t1.0\tenabled\tSample" in run("list").output.splitlines()


def test_who_never_was_enabled_cannot_be_quarantined(run: Run) -> None:
    with pytest.raises(Conflict, match="sample was never enabled, or is in quarantine"):
        run("quarantine", "sample", "too loud")


def test_a_migration_is_drafted_into_the_package(run: Run) -> None:
    run("enable", "sample")

    drafted = run("migration", "sample", "nothing new").output

    assert drafted.startswith("Read it before you use it: ")
    assert Path(drafted.split(": ")[1].strip()).read_text().startswith('"""nothing new."""')


def test_an_upgrade_has_nothing_to_do_without_updates(run: Run) -> None:
    assert run("upgrade").output == "All enabled plugins are up to date.\n"
