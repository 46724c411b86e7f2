"""A million customers with five million touchpoints, through the real web server with one client.

The limits, each at the 95th percentile: list and search 60 ms, the page of a customer with
10,000 touchpoints 120 ms; and no page may send the database more statements than with a few rows.
The database is filled once (some minutes) and kept, see ``kept.py``.
"""

import tempfile
from pathlib import Path
from urllib.parse import quote

from bench import population
from bench.kept import durable_server, kept_database, migrated_database
from bench.reading import Header, Page, report, searches, statements
from bench.serving import credentials, prepare, programs
from guanxi.app import build_platform, create_app
from guanxi.config import Config
from guanxi.testkit.postgres import Server

CUSTOMERS, TOUCHPOINTS = 1_000_000, 5_000_000
FEW = 50
GREAT = population.customer_id(0)
GREAT_NAME = "".join(population.GREAT_NAME)
PAGES = (
    "/",
    "/customers/",
    "/customers/?sort=-customers.revenue",
    "/customers/search?q=wang",
    f"/customers/{GREAT}",
    f"/touchpoints/of/{GREAT}",
    "/touchpoints/",
)


def main() -> None:
    """Print the times, their ratios, and the statements of each page."""
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        url = kept_database(
            server,
            "million",
            lambda new: population.fill(new, CUSTOMERS, TOUCHPOINTS),
            of=Path(population.__file__),
        )
        token, cookie = credentials(url)
        prepare(url, Path(folder))
        with programs(url, Path(folder), "web") as running:
            for page in _pages(token, cookie):
                report(running.port, page, seconds=4)
        _report_statements(server, url, Path(folder))


def _pages(token: Header, cookie: Header) -> list[Page]:
    api = "/api/v1/customers?limit=80"
    web = "/customers/"
    own, his = (token,), (cookie,)
    return [
        Page("API list, 80 rows", (api,), 60, 0.95, own),
        Page("API list by creation", (f"{api}&sort=-customers.created_at",), 60, 0.95, own),
        Page("API list by revenue", (f"{api}&sort=-customers.revenue",), 60, 0.95, own),
        Page("web list", (web,), 60, 0.95, his),
        Page(
            "web list, filtered", ("/customers/?country=DE", "/customers/?tag=vip"), 60, 0.95, his
        ),
        Page(
            "web list by last contact", ("/customers/?sort=-customers.last_contact",), 60, 0.95, his
        ),
        Page(
            "web list, searched", (f"{web}?q=wang", f"{web}?q={quote(GREAT_NAME)}"), 60, 0.95, his
        ),
        *searches("/api/v1/customers/search", "API search", 60, 0.95, token),
        *searches("/customers/search", "quick search", 60, 0.95, cookie),
        Page("customer with 10,000 touchpoints", (f"/customers/{GREAT}",), 120, 0.95, his),
        Page("their timeline", (f"/touchpoints/of/{GREAT}",), 120, 0.95, his),
        Page("other customers", _others(), 120, 0.95, his),
        Page("all touchpoints", ("/touchpoints/",), 120, 0.95, his),
        Page("home", ("/",), 120, 0.95, his),
    ]


def _others() -> tuple[str, ...]:
    return tuple(f"/customers/{population.customer_id(n * 997)}" for n in range(1, 1000))


def _report_statements(server: Server, url: str, folder: Path) -> None:
    with migrated_database(server) as small:
        population.fill(small, FEW, FEW)
        few, many = (_counts(address, folder) for address in (small, url))
    for path in PAGES:
        print(f"statements for {path}: {many[path]}, with {FEW} customers {few[path]}")


def _counts(url: str, folder: Path) -> dict[str, int]:
    platform = build_platform(Config(home=folder), url)
    app = create_app(platform)
    headers = dict([credentials(url)[1]])
    try:
        return {path: statements(platform, app, path, headers) for path in PAGES}
    finally:
        platform.database.dispose()


if __name__ == "__main__":
    main()
