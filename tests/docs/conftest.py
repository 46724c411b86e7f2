"""An installation for each page: an empty database, the first admin, and a web server on demand."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.docs.installation import Installation
from werkzeug.serving import make_server

from guanxi.access.first_admin import first_admin_link
from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import load_config
from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.testkit import plugin_paths


@pytest.fixture
def installation(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """The installation that a page's commands work on, which is not the developer's own."""
    if plugin_paths.VARIABLE in os.environ:
        pytest.skip("The pages show an installation without further plugins.")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GUANXI_")]:
        monkeypatch.delenv(name)
    _make_first_admin(database_url)
    environment = {
        "DATABASE_URL": database_url,
        "GUANXI_HOME": str(home),
        "GUANXI_DEMO": "0",
        "USER": "lin",
    }
    with ExitStack() as stack:
        yield Installation(tmp_path, environment, _once(stack, environment))


def _make_first_admin(url: str) -> None:
    database = Database(url)
    now = utc_now()
    with database.write(SYSTEM, now=now) as session:
        first_admin_link(session, now=now)
    database.dispose()


def _once(stack: ExitStack, environment: dict[str, str]) -> Callable[[], str]:
    known: list[str] = []

    def address() -> str:
        if not known:
            known.append(stack.enter_context(_served(environment)))
        return known[0]

    return address


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[str]:
    config = load_config(environment)
    platform = build_platform(config, config.database_url)
    application = create_app(platform)
    platform.host.refresh_from(platform.database)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        platform.database.dispose()
