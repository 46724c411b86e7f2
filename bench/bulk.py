"""Touchpoints through ``POST /api/v1/touchpoints/bulk``, a thousand a call, by HTTP.

The limit: 5,000 touchpoints per second. Two clients keep the two processes of the web server
busy. Every other touchpoint is a purchase of two lines; all are of known customers.
"""

import tempfile
from pathlib import Path

from bench.kept import durable_server, migrated_database
from bench.load import Request, run
from bench.serving import credentials, prepare, programs
from guanxi.app import build_platform, create_app
from guanxi.config import Config
from guanxi.db import json
from guanxi.testkit.clients import ApiClient

LIMIT = 5_000
ITEMS = 1_000
ROUNDS = 5
SECONDS = 5.0


def main() -> None:
    """Print the rate and its ratio."""
    with (
        durable_server() as server,
        migrated_database(server) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        token, _cookie = credentials(url)
        prepare(url, Path(folder))
        ids = _customers(url, Path(folder), token[1].removeprefix("Bearer "))
        sent = Request(
            "POST", "/api/v1/touchpoints/bulk", lambda n: json.dumps(_call(ids, n)), (token,)
        )
        with programs(url, Path(folder), "web") as running:
            for clients in (1, 2):
                rates = [
                    run(running.port, sent, clients=clients, seconds=SECONDS, expect=200).rate
                    for _ in range(ROUNDS)
                ]
                best = max(rates) * ITEMS
                print(
                    f"bulk, {clients} clients: {best:.0f} touchpoints per second, "
                    f"{best / LIMIT:.2f} times the limit ({LIMIT})"
                )


def _customers(url: str, home: Path, token: str) -> list[str]:
    platform = build_platform(Config(home=home), url)
    api = ApiClient(create_app(platform), token)
    items = [{"kind": "person", "name": f"Ada {n}"} for n in range(ITEMS)]
    answer = api.post("/customers/bulk", {"mode": "create", "items": items})
    platform.database.dispose()
    return [result["id"] for result in answer.json["results"]]


def _call(ids: list[str], number: int) -> dict[str, list[dict[str, object]]]:
    return {"items": [_item(ids[n], number * ITEMS + n) for n in range(ITEMS)]}


def _item(customer: str, number: int) -> dict[str, object]:
    item: dict[str, object] = {
        "channel": "store",
        "kind": "call",
        "occurred_at": "2026-01-05T10:00:00Z",
        "customer_id": customer,
        "source": "till",
        "external_id": str(number),
    }
    if number % 2:
        lines = [
            {"product": "A1", "quantity": "2", "unit_price": "2.50"},
            {"product": "B2", "description": "Tea", "quantity": "1", "unit_price": "5"},
        ]
        item |= {"kind": "purchase", "currency": "GBP", "lines": lines}
    return item


if __name__ == "__main__":
    main()
