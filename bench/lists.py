"""Lists and search at 100,000 customers, through the real web server with one client.

The limits: the API's list of 80 rows under 10 ms, the web list under 25 ms, search under 20 ms,
each the median. What others need for the same is printed beside (measured on a machine of this
kind at 100,000 customers, two server processes).
"""

import tempfile
from pathlib import Path

from bench import population
from bench.kept import durable_server, kept_database
from bench.reading import Header, Page, report, searches
from bench.serving import credentials, prepare, programs

CUSTOMERS, TOUCHPOINTS = 100_000, 500_000
LIST_PEERS = "; Odoo 11 ms, Tryton 46, Frappe 72, Django-CRM 724"
SEARCH_PEERS = "Search of others: Odoo 101 ms, Frappe 65, Tryton 192"
SORTED = ("sort=customers.name", "sort=-customers.created_at", "sort=-customers.revenue")


def main() -> None:
    """Print the times and their ratios."""
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        url = kept_database(
            server,
            "hundred_thousand",
            lambda new: population.fill(new, CUSTOMERS, TOUCHPOINTS),
            of=Path(population.__file__),
        )
        token, cookie = credentials(url)
        prepare(url, Path(folder))
        with programs(url, Path(folder), "web") as running:
            for page in (*_lists(token, cookie), *_searches(token, cookie)):
                report(running.port, page)
            print(SEARCH_PEERS)


def _lists(token: Header, cookie: Header) -> list[Page]:
    api = "/api/v1/customers?limit=80"
    columns = "columns=customers.revenue,customers.last_contact"
    return [
        Page("API list, 80 rows", (api,), 10, headers=(token,), peers=LIST_PEERS),
        Page("API list, 80 rows, two attributes", (f"{api}&{columns}",), 10, headers=(token,)),
        *(
            Page(f"API list, 80 rows, {order}", (f"{api}&{order}",), 10, headers=(token,))
            for order in SORTED
        ),
        Page("web list", ("/customers/",), 25, headers=(cookie,)),
        Page("web list, filtered", ("/customers/?country=DE",), 25, headers=(cookie,)),
        Page("web list, searched", ("/customers/?q=wang",), 25, headers=(cookie,)),
    ]


def _searches(token: Header, cookie: Header) -> list[Page]:
    return [
        *searches("/api/v1/customers/search", "API search", 20, 0.5, token),
        *searches("/customers/search", "quick search", 20, 0.5, cookie),
    ]


if __name__ == "__main__":
    main()
