"""What the tests of delivery share: a table that readers write to, ways to fill the log."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from tests.delivery.notebook import Notebook

from guanxi import events
from guanxi.access.grants import Grants
from guanxi.access.secrets import open_box
from guanxi.attributes.catalogue import Catalogue
from guanxi.config import Config
from guanxi.db import Database
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.jobs import create_queue
from guanxi.events import Event, Vocabulary
from guanxi.platform import Platform
from guanxi.plugins.host import PluginHost
from guanxi.settings.store import SettingsStore
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log into memory: drawing the tracebacks of failures on purpose takes a second each."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def notebook(database: Database) -> Notebook:
    """A table to write to."""
    return Notebook(database)


@pytest.fixture
def delivery(database: Database) -> Delivery:
    """Delivery without a dispatcher."""
    return Delivery(database, Vocabulary())


@pytest.fixture
def append(write: Callable[..., object]) -> Callable[..., None]:
    """``append(event, ...)`` puts events into the log, in one transaction."""

    def appending(*batch: Event) -> None:
        with write() as session:  # type: ignore[attr-defined]
            for event in batch:
                events.append(session, event)

    return appending


@pytest.fixture
def second(database_url: str) -> Iterator[Database]:
    """The same database through connections of another process's kind."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PluginFolder]:
    """An empty folder for plugins, on ``sys.path``."""
    with plugin_folder(tmp_path / "site") as opened:
        yield opened


@pytest.fixture
def open_platform(
    config: Config, database: Database, folder: PluginFolder
) -> Callable[[], Platform]:
    """Puts a platform together whose plugins are those in ``folder``, with a queue for jobs."""

    def opened() -> Platform:
        config.home.mkdir(parents=True, exist_ok=True)
        host = PluginHost(folder.load().values())
        vocabulary = Vocabulary()
        for event in host.events():
            vocabulary.add(event)
        secrets = open_box(config.home, "")
        with database.engine.begin() as connection:
            create_queue(connection)
        host.refresh_from(database)
        return Platform(
            config=config,
            database=database,
            dispatcher=host.dispatcher,
            host=host,
            vocabulary=vocabulary,
            catalogue=Catalogue([]),
            grants=Grants(frozenset),
            secrets=secrets,
            settings=SettingsStore(database, secrets, schemas=dict, generation=lambda: 0),
        )

    return opened


@pytest.fixture
def platform(open_platform: Callable[[], Platform]) -> Platform:
    """A platform without plugins."""
    return open_platform()
