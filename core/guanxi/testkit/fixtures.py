"""pytest fixtures: a database, a platform, an app and clients, each test on data of its own.

Registered as a pytest plugin of the distribution, so plugin authors have them too.
"""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from guanxi.config import Config
from guanxi.db import Actor, Database
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.compiled import CompiledTemplates
from guanxi.testkit.factories import Factories
from guanxi.testkit.plugin_paths import add_plugin_paths
from guanxi.testkit.postgres import Server, drop_database, fresh_database, test_server
from guanxi.testkit.reuse import Databases
from guanxi.testkit.schema import create_schema

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def pytest_configure() -> None:
    """Install the plugins named in ``GUANXI_TEST_PLUGIN_PATHS`` for this run."""
    add_plugin_paths()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL of this test run."""
    with test_server() as running:
        yield running


@pytest.fixture(scope="session")
def template_database(server: Server) -> Iterator[str]:
    """A migrated database that the tests' own are copied from."""
    url = fresh_database(server)
    create_schema(url)
    yield url
    drop_database(url)


@pytest.fixture(scope="session")
def databases(server: Server, template_database: str) -> Iterator[Databases]:
    """The databases of this test process."""
    found = Databases(server, template_database)
    yield found
    found.close()


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The plugins that are enabled from the start; a ``conftest.py`` may say others.

    That is faster than to enable them in each test: it is done once in a test process.
    """
    return ()


@pytest.fixture
def database_url(databases: Databases, plugins: tuple[str, ...]) -> Iterator[str]:
    """The address of an empty, migrated database for one test."""
    url = databases.take(plugins)
    yield url
    databases.give_back(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One database, without platform or plugins."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def now() -> datetime:
    """A fixed instant, so that tests do not ask the clock."""
    return NOW


@pytest.fixture
def write(database: Database, now: datetime) -> Callable[..., object]:
    """Return a function that opens a transaction of a test's own actor."""
    return lambda **more: database.write(Actor("system", "test"), now=now, **more)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session for reading what was committed."""
    with database.read() as reading:
        yield reading


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration with a home of its own."""
    return Config(
        home=tmp_path / "home",
        plugin_errors=os.environ.get("GUANXI_PLUGIN_ERRORS", "isolate"),
        plugin_load_limit=float(os.environ.get("GUANXI_PLUGIN_LOAD_LIMIT", "10")),
    )


@cache
def _leave_alone_what_is_loaded() -> None:
    """Spare the garbage collector what stays for the whole run: modules, classes, templates.

    Looking through all of it took a third of a second in every other test.
    """
    gc.collect()
    gc.freeze()


@cache
def _compile_templates_once() -> None:
    """Let all apps of this process share the templates that they compiled."""
    from guanxi.app import WebApp  # noqa: PLC0415 -- tests of lower parts do not need it

    WebApp.jinja_options = {"bytecode_cache": CompiledTemplates()}


@pytest.fixture
def platform(config: Config, database_url: str) -> Iterator[Platform]:
    """A whole platform on a fresh database."""
    from guanxi.app import build_platform  # noqa: PLC0415 -- tests of lower parts do not need it

    _compile_templates_once()
    config.home.mkdir(parents=True, exist_ok=True)
    built = build_platform(config, database_url)
    built.host.refresh_from(built.database)
    _leave_alone_what_is_loaded()
    yield built
    built.database.dispose()


@pytest.fixture
def app(platform: Platform) -> Flask:
    """The Flask app of :func:`platform`."""
    from guanxi.app import create_app  # noqa: PLC0415 -- as above

    made = create_app(platform)
    made.testing = False
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without session; ``factories.sign_in(client, role)`` gives it one."""
    return app.test_client()


@pytest.fixture
def factories(database: Database, now: datetime) -> Factories:
    """Makes users, customers and touchpoints with sensible values."""
    return Factories(database, now)


@pytest.fixture
def api(app: Flask, factories: Factories) -> ApiClient:
    """A program that uses the API with an admin's token."""
    return ApiClient(app, factories.token("admin"))
