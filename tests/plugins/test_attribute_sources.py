"""Attributes that a plugin reads from its tables: read per generation, checked, isolated."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from tests.plugins.conftest import ACTOR, CORE

from guanxi import sdk
from guanxi.config import Config
from guanxi.db import Database
from guanxi.events import Vocabulary
from guanxi.plugins import host as opening
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.plugin_folder import PluginFolder

TAGS = """
from sqlalchemy import select, text
def read(session):
    for name in session.execute(text("SELECT name FROM tags ORDER BY name")).scalars():
        yield Attribute(f"{prefix}.{{name}}", Text(name, name), "text", lambda: Customer.city)
@hookimpl
def register_attributes(): return [AttributeSource(read)]
"""
OpenHost = Callable[[], PluginHost]


@pytest.fixture
def real_host(folder: PluginFolder, database: Database) -> OpenHost:
    """Opens the host as a process does, so that it has a database."""

    def opened() -> PluginHost:
        return opening.open_host(Config(), database, Vocabulary(), core_permissions=CORE)

    return opened


def keys(host: PluginHost) -> list[str]:
    """The attributes of plugins."""
    return [attribute.key for attribute in host.attributes()]


def tag(write: Callable[..., object], *names: str) -> None:
    """Add tags and say that something changed."""
    from guanxi.customers.domain.tagging import make_known  # noqa: PLC0415

    with write() as session:  # type: ignore[attr-defined]
        make_known(session, list(names))
        sdk.announce_change(session)


def test_a_source_is_asked_again_after_a_change_was_announced(
    folder: PluginFolder,
    real_host: OpenHost,
    database: Database,
    write: Callable[..., object],
    now: datetime,
) -> None:
    folder.add("sample", TAGS.format(prefix="sample"))
    host = real_host()
    enable(database, host, "sample", actor=ACTOR, now=now)
    before = keys(host)

    tag(write, "gold", "silver")
    unseen = keys(host)
    host.refresh_from(database)

    assert (before, unseen) == ([], [])
    assert keys(host) == ["sample.gold", "sample.silver"]


def test_a_source_outside_its_prefix_brings_nothing_and_is_reported(
    folder: PluginFolder,
    real_host: OpenHost,
    database: Database,
    write: Callable[..., object],
    now: datetime,
) -> None:
    folder.add("sample", TAGS.format(prefix="customers"))
    host = real_host()
    told: list[tuple[str, str]] = []
    host.dispatcher.failed = lambda plugin, hook, _error: told.append((plugin, hook))
    tag(write, "gold")

    enable(database, host, "sample", actor=ACTOR, now=now)

    assert keys(host) == []
    assert told == [("sample", "register_attributes")]


def test_choices_out_of_a_table_may_be_none_yet(
    folder: PluginFolder, real_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add(
        "sample",
        """
        def read(session):
            return [Attribute("sample.x", Text("", ""), "choices", lambda: Customer.tags)]
        @hookimpl
        def register_attributes(): return [AttributeSource(read)]
        """,
    )
    host = real_host()

    enable(database, host, "sample", actor=ACTOR, now=now)

    assert keys(host) == ["sample.x"]


def test_a_source_that_raises_takes_no_other_attribute_with_it(
    folder: PluginFolder, real_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add(
        "sample",
        """
        def read(session): raise RuntimeError("no")
        @hookimpl
        def register_attributes():
            plain = Attribute("sample.x", Text("", ""), "text", lambda: Customer.city)
            return [plain, AttributeSource(read)]
        """,
    )
    host = real_host()

    enable(database, host, "sample", actor=ACTOR, now=now)

    assert keys(host) == ["sample.x"]


def test_sessions_know_the_catalogue(platform: object, session: Session) -> None:
    with platform.database.read() as reading:  # type: ignore[attr-defined]
        assert "customers.name" in sdk.attributes_of(reading)
    assert sdk.attributes_of(session) == {}
