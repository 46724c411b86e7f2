"""The host: what enabled plugins bring, what all loaded ones bring, what the list shows."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from tests.plugins.conftest import ACTOR, CORE

from guanxi.config import Config
from guanxi.db import Database
from guanxi.errors import NotFound
from guanxi.events import Vocabulary
from guanxi.plugins import host as opening
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.listing import find_app, list_apps
from guanxi.plugins.states import PluginState
from guanxi.testkit.plugin_folder import PluginFolder

OpenHost = Callable[..., PluginHost]
EVERYTHING = """
import click
from marshmallow import Schema
pages = Pages("sample", __name__)

@pages.get("/", permission="sample.view")
def index(): ...

@hookimpl
def register_pages(): return pages
@hookimpl
def register_permissions(): return [Permission("sample.view", Text("", ""))]
@hookimpl
def register_menu():
    return [MenuItem(Text(name, name), "sample.index", "sample.view", order=order)
            for name, order in (("late", 9), ("b", 1), ("a", 1))]
@hookimpl
def register_attributes(): return [Attribute("sample.x", Text("", ""), "text", lambda: Customer.id)]
@hookimpl
def register_jobs(): return [Job("tidy", Text("", ""), print)]
@hookimpl
def register_importers(): return [Importer("sample.rows", Text("", ""), (), print, print)]
@hookimpl
def register_reward_kinds(): return [RewardKind("points", Text("", ""))]
@hookimpl
def register_message_channels(): return [MessageChannel("pigeon", Text("", ""), "social", print)]
@hookimpl
def register_settings(): return Schema
@hookimpl
def register_commands(): return [click.Command("tidy")]
@hookimpl
def register_events():
    from dataclasses import dataclass
    @dataclass(frozen=True, kw_only=True)
    class Met(Event):
        kind = "sample.Met"
    return [Met]
"""


def offers(host: PluginHost) -> dict[str, int]:
    """How much of each kind the host offers."""
    kinds = (host.menu, host.attributes, host.permissions, host.jobs, host.importers,
             host.reward_kinds, host.channels)  # fmt: skip
    return {kind.__name__: len(kind()) for kind in kinds}


def test_a_plugin_offers_nothing_before_it_is_enabled(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample", EVERYTHING)
    host = open_host()
    before, commands_before = offers(host), host.commands("sample")

    enable(database, host, "sample", actor=ACTOR, now=now)

    assert before == dict.fromkeys(before, 0)
    assert commands_before == ()
    assert offers(host) == dict.fromkeys(before, 1) | {"menu": 3}
    assert [item.title.en for item in host.menu()] == ["a", "b", "late"]
    assert [command.name for command in host.commands("sample")] == ["tidy"]


def test_what_must_outlive_disabling_is_offered_always(
    folder: PluginFolder, open_host: OpenHost
) -> None:
    folder.add("sample", EVERYTHING)
    host = open_host()

    assert host.enabled == set()
    assert host.permission_names() == {"sample.view"}
    assert list(host.settings_schemas()) == ["sample"]
    assert [event.kind for event in host.events()] == ["sample.Met"]
    assert [blueprint.name for blueprint in host.blueprints()] == ["sample"]


def test_endpoints_know_their_plugin(folder: PluginFolder, open_host: OpenHost) -> None:
    folder.add("sample")
    host = open_host()

    assert host.owner_of("sample.index") == "sample"
    assert host.owner_of("api_sample.list") == "sample"
    assert host.owner_of("customers.index") is None
    assert host.owner_of("static") is None


def test_static_files_and_texts_lie_beside_the_package(
    folder: PluginFolder, open_host: OpenHost
) -> None:
    files = {"static/x.js": "", "translations/.keep": ""}
    package = folder.add("sample", files=files)
    folder.add("bare")
    host = open_host()

    assert host.static_folder("sample") == folder.path / package / "static"
    assert host.translations("sample") is not None
    assert (host.static_folder("bare"), host.translations("bare")) == (None, None)
    assert (host.static_folder("nobody"), host.translations("nobody")) == (None, None)


def test_an_equal_generation_is_not_read_again(
    folder: PluginFolder, open_host: OpenHost, database: Database, session: Session
) -> None:
    folder.add("sample")
    host = open_host()
    selection = host.selection

    host.refresh(session, host.generation)
    same = host.selection is selection
    host.refresh(session, host.generation + 1)

    assert same
    assert host.selection is not selection


def test_a_package_installed_after_the_start_waits_for_a_restart(
    folder: PluginFolder, open_host: OpenHost, session: Session
) -> None:
    host = open_host()

    folder.add("latecomer", version="3.0")

    app = find_app(session, host, "latecomer")
    assert (app.state, app.version) == (PluginState.WAITS_FOR_RESTART, "3.0")


def test_a_package_updated_after_the_start_waits_for_a_restart(
    folder: PluginFolder, open_host: OpenHost, session: Session
) -> None:
    folder.add("sample", version="1.0")
    host = open_host()
    for file in (folder.path / "guanxi_sample-1.0.dist-info").iterdir():
        file.unlink()

    folder.add("sample", version="1.1")

    app = find_app(session, host, "sample")
    assert (app.state, app.version) == (PluginState.WAITS_FOR_RESTART, "1.1")


def test_nobody_knows_a_plugin_that_is_nowhere(open_host: OpenHost, session: Session) -> None:
    with pytest.raises(NotFound, match="There is no plugin nobody"):
        find_app(session, open_host(), "nobody")


def test_the_installed_plugins_are_opened_with_their_events_and_attendance(
    folder: PluginFolder, database: Database, session: Session
) -> None:
    folder.add("sample", EVERYTHING)
    vocabulary = Vocabulary()

    host = opening.open_host(Config(), database, vocabulary, core_permissions=CORE)

    assert vocabulary.decode("sample.Met", {}).kind == "sample.Met"
    assert "sample" in {app.name for app in list_apps(session, host)}
    assert host.attendance is not None
    host.attendance.start(lambda: None)
    host.attendance.stop()


def test_in_safe_mode_nothing_is_imported(
    folder: PluginFolder, database: Database, session: Session
) -> None:
    folder.add("sample", source="raise AssertionError('imported')")

    host = opening.open_host(Config(safe_mode=True), database, Vocabulary())
    host.refresh(session, 1)

    assert find_app(session, host, "sample").state is PluginState.INSTALLED
    assert list(host.blueprints()) == []


def test_every_state_has_words_in_both_languages() -> None:
    for state in PluginState:
        for words in (state.label, state.explanation):
            assert words.en
            assert any("\u4e00" <= character <= "\u9fff" for character in words.zh)
