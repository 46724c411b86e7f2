"""A plugin's commands are called by its name, and by the word in its manifest."""

import sys
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result

from guanxi.app import build_platform
from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.config import Config
from guanxi.errors import Conflict
from guanxi.testkit.plugin_folder import PluginFolder

Run = Callable[..., Result]
HOOKS = """
import click

@click.command("greet")
def greet():
    click.echo("Hello!")

@hookimpl
def register_commands():
    return [greet]
"""


@pytest.fixture
def run(folder: PluginFolder, config: Config, database_url: str) -> Run:
    """Runs ``guanxi ...`` with ``sample``, whose commands ``wave`` calls, too."""
    folder.add("sample", HOOKS, manifest="command='wave'")
    config.home.mkdir(parents=True, exist_ok=True)

    def command(*arguments: str) -> Result:
        context = CommandContext(config, build_platform, lambda _: nullcontext(database_url))
        return CliRunner().invoke(cli, list(arguments), obj=context, catch_exceptions=False)

    return command


def test_both_words_call_the_commands(run: Run) -> None:
    run("plugin", "enable", "sample")

    answers = [run("sample", "greet"), run("wave", "greet")]

    assert [answer.output for answer in answers] == ["Hello!\n", "Hello!\n"]
    assert "Usage: cli wave [OPTIONS] COMMAND" in run("wave", "--help").output


@pytest.mark.parametrize("word", ["sample", "wave"])
def test_commands_of_a_plugin_that_is_off_say_so(run: Run, word: str) -> None:
    with pytest.raises(Conflict) as before:
        run(word, "greet")
    run("plugin", "enable", "sample")
    run("plugin", "disable", "sample")
    with pytest.raises(Conflict) as after:
        run(word, "greet")

    assert str(before.value) == str(after.value)
    assert str(after.value) == (
        "The plugin sample is not at work, so its commands do nothing. Why: guanxi plugin show "
        "sample. Switch it on: guanxi plugin enable sample."
    )


def test_a_plugin_that_cannot_be_loaded_says_so_and_stops_no_other(
    folder: PluginFolder, run: Run
) -> None:
    folder.add("broken", source="raise RuntimeError")

    with pytest.raises(Conflict, match="The plugin broken is not at work"):
        run("broken", "greet")

    assert "No such command 'nobody'" in run("nobody", "greet").output


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("customers", "The name customers is reserved for the core."),
        ("export", "The name export is reserved for the core."),
        ("Wave!", "Wave! is no valid name; use lower-case letters and digits, words joined by _,"),
        (
            "--help",
            "--help is no valid name; use lower-case letters and digits, words joined by _,",
        ),
        ("a" * 31, f"{'a' * 31} is no valid name; use lower-case letters and digits,"),
    ],
)
def test_a_word_that_cannot_be_had_is_told(folder: PluginFolder, word: str, told: str) -> None:
    folder.add("sample", manifest=f"command={word!r}")

    assert str(folder.load()["sample"].problem).startswith(told)


def test_a_word_belongs_to_the_plugin_of_that_name_or_the_first_that_asks(
    folder: PluginFolder,
) -> None:
    folder.add("ants", manifest="command='wave'")
    folder.add("bees", manifest="command='wave'")
    folder.add("cats", manifest="command='dogs'")
    folder.add("dogs", manifest="command='dogs'")

    told = {name: str(p.problem).split(". ")[0] for name, p in folder.load().items() if p.problem}

    assert told == {
        "bees": "The command wave that it asks for belongs to the plugin ants",
        "cats": "The command dogs that it asks for belongs to the plugin dogs",
    }


def test_no_plugin_is_imported_to_find_a_name(folder: PluginFolder, run: Run) -> None:
    package = folder.add("other", source="raise AssertionError")

    run("plugin", "--help")

    assert package not in sys.modules
