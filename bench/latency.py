"""From the commit of a change to a plugin's handler, in a real worker that has nothing else to do.

A customer is created, now and then, on a durable PostgreSQL; ``guanxi worker`` hears of it through
LISTEN and NOTIFY and calls the plugin, which says at what time. Both clocks are the machine's.
The limit: 150 ms at the 95th percentile.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import psycopg
from sqlalchemy import make_url

from bench.kept import durable_server, migrated_database
from bench.plugins import enabled_paths
from bench.serving import prepare, programs
from guanxi.clock import utc_now
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.testkit.plugin_folder import PluginFolder

LIMIT = 150
EVENTS = 200
WAITING = 15.0
HOOKS = """
import time
from sqlalchemy import text

@hookimpl
def on_customers_created(session, events):
    session.execute(text("SELECT pg_notify('bench_handled', :at)"), {"at": repr(time.time())})
"""


def main() -> None:
    """Print the median and the 95th percentile."""
    with (
        durable_server() as server,
        migrated_database(server) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        home, plugins = Path(folder), Path(folder) / "plugins"
        PluginFolder(plugins).add("clock", HOOKS)
        prepare(url, home)
        with programs(url, home, "worker", **enabled_paths(url, home, plugins, ["clock"])):
            found = sorted(delays(url))
    p95 = quantiles(found, n=20)[-1] * 1000
    print(
        f"from commit to handler, {len(found)} events: median {median(found) * 1000:.0f} ms, "
        f"p95 {p95:.0f} ms, {p95 / LIMIT:.2f} of the limit ({LIMIT} ms)"
    )


def delays(url: str) -> Iterator[float]:
    """Yield the seconds between the commit and the handler of one event after the other."""
    database = Database(url)
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as listening:
        listening.execute("LISTEN bench_handled")
        for number in range(EVENTS + 1):
            now = utc_now()
            with database.write(SYSTEM, now=now) as session:
                create_customer(session, CustomerDraft(name=f"Ada {number}"), now=now)
            committed = time.time()
            heard = [*listening.notifies(timeout=WAITING, stop_after=1)]
            if not heard:
                raise RuntimeError("The handler was not called.")
            if number:  # the first waits until the worker is up
                yield float(heard[0].payload) - committed
            time.sleep(0.05 + number % 7 * 0.03)
    database.dispose()


if __name__ == "__main__":
    main()
