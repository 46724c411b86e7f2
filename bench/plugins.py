"""What twenty enabled plugins that do nothing cost a create.

Each of them takes part in every hook that a create meets: it is asked before the commit
(``check_customer``, ``check_touchpoint``) and told after it. One installation without plugins
and one with twenty take turns, each on a database of its own; first web servers alone, then with
workers beside them, which deliver to the plugins on the same two cores. The limit: 5 %.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from bench.api_create import CUSTOMER
from bench.kept import durable_server, migrated_database
from bench.load import Request, run
from bench.reading import Header
from bench.serving import credentials, prepare, programs
from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db.write import SYSTEM
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder
from guanxi.testkit.postgres import Server

PLUGINS = 20
LIMIT = 0.05
ROUNDS = 12
SECONDS = 2.0
HOOKS = """
@hookimpl
def check_customer(session, customer, changes):
    pass

@hookimpl
def check_touchpoint(session, touchpoint):
    pass

@hookimpl
def on_customers_created(session, events):
    pass

@hookimpl
def on_touchpoints_recorded(session, events):
    pass
"""


def main() -> None:
    """Print both rates and what the plugins add."""
    with durable_server() as server, tempfile.TemporaryDirectory() as name:
        folder, plugins = Path(name), Path(name) / "plugins"
        for number in range(PLUGINS):
            PluginFolder(plugins).add(f"idle{number}", HOOKS)
        for parts in (("web",), ("web", "worker")):
            with (
                _served(server, folder / f"none-{len(parts)}", parts) as bare,
                _served(server, folder / f"twenty-{len(parts)}", parts, plugins) as full,
            ):
                _measure(" and ".join(parts), bare, full)


def _measure(what: str, *served: tuple[int, Header]) -> None:
    calls = [(p, Request("POST", "/api/v1/customers", CUSTOMER, (header,))) for p, header in served]
    added = []
    for count in range(ROUNDS + 1):
        rates = [
            run(port, sent, clients=8, seconds=SECONDS, expect=201).rate for port, sent in calls
        ]
        if count:  # the first round only warms up
            added.append(rates[0] / rates[1] - 1)
    middle = median(added)
    print(
        f"{what}: {PLUGINS} plugins add {middle * 100:.1f} % (median of {ROUNDS} rounds, from "
        f"{min(added) * 100:.1f} to {max(added) * 100:.1f}; limit {LIMIT * 100:.0f} %)"
    )


@contextmanager
def _served(
    server: Server, home: Path, parts: tuple[str, ...], plugins: Path | None = None
) -> Iterator[tuple[int, Header]]:
    home.mkdir()
    with ExitStack() as stack:
        url = stack.enter_context(migrated_database(server))
        prepare(url, home)
        names = [f"idle{number}" for number in range(PLUGINS)]
        environment = enabled_paths(url, home, plugins, names) if plugins else {}
        token, _cookie = credentials(url)
        running = stack.enter_context(programs(url, home, *parts, **environment))
        yield running.port, token


def enabled_paths(url: str, home: Path, plugins: Path, names: list[str]) -> dict[str, str]:
    """Enable the plugins of a folder; return the environment in which programs find them."""
    with plugin_folder(plugins):
        platform = build_platform(Config(home=home), url)
        for name in names:
            enable(platform.database, platform.host, name, actor=SYSTEM, now=utc_now())
        platform.database.dispose()
    path = [str(plugins), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(path)}


if __name__ == "__main__":
    main()
