"""One POST of a customer or touchpoint, beside a bare Flask view that makes the same inserts.

Limits: at least half of the bare view's requests per second under the same server, and at least
eight times Odoo 19's 94 customers per second (measured on a machine of this kind, two server
processes, PostgreSQL, eight clients). Bulk: at least 5,000 touchpoints per second.
"""

import multiprocessing
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import create_engine, text

from bench.load import Request, run
from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import json
from guanxi.embedded.web_server import serve_web
from guanxi.ids import new_id
from guanxi.testkit.factories import Factories
from guanxi.testkit.postgres import drop_database, fresh_database, test_server
from guanxi.testkit.schema import create_schema

ODOO = 94
SECONDS = 6.0
CUSTOMER = (
    '{"kind": "person", "name": "Ada Lovelace",'
    ' "identities": [{"kind": "email", "value": "a%d@example.com"}]}'
)
TOUCHPOINT = (
    '{"channel": "store", "kind": "call", "occurred_at": "2026-01-05T10:00:00Z",'
    ' "source": "bench", "external_id": "%d"}'
)


def main() -> None:
    """Print requests per second and ratios."""
    with test_server() as server, tempfile.TemporaryDirectory() as home:
        url = fresh_database(server)
        create_schema(url)
        config = Config(home=Path(home))
        platform = build_platform(config, url)
        token = Factories(platform.database, utc_now()).token("integration")
        platform.database.dispose()
        headers = (("Authorization", f"Bearer {token}"),)
        bare = _measure(lambda: bare_app(url), Request("POST", "/bare", CUSTOMER))
        ours = lambda: create_app(build_platform(config, url))  # noqa: E731
        customers = _measure(ours, Request("POST", "/api/v1/customers", CUSTOMER, headers))
        touchpoints = _measure(ours, Request("POST", "/api/v1/touchpoints", TOUCHPOINT, headers))
        drop_database(url)
    print(f"bare Flask view, same inserts: {bare:.0f} requests per second (8 clients)")
    for name, rate in (("customers", customers), ("touchpoints", touchpoints)):
        print(
            f"POST /{name}: {rate:.0f} per second, {rate / bare:.2f} of the bare view "
            f"(limit 0.50), {rate / ODOO:.1f} times Odoo's {ODOO} (limit 8)"
        )


def bare_app(url: str) -> Flask:
    """Return an app whose one view inserts what creating a customer inserts, and nothing else."""
    app, engine = Flask("bare"), create_engine(url.replace("+psycopg", "") and url)

    @app.post("/bare")
    def insert() -> Response:
        body = request.get_json()
        values = {
            "id": new_id(), "identity": new_id(), "name": body["name"], "now": utc_now(),
            "email": body["identities"][0]["value"],
            "payload": json.dumps({"customer_kind": "person"}),
        }  # fmt: skip
        with engine.begin() as connection:
            for statement in _STATEMENTS:
                connection.execute(statement, values)
        return Response(json.dumps_bytes({"id": values["id"]}), 201, mimetype="application/json")

    return app


_INSERTS = """
INSERT INTO customers (id, kind, display_name, sort_name, created_at, updated_at, search_tokens)
VALUES (:id, 'person', :name, :name, :now, :now, ARRAY['a', 'b', 'c']);
INSERT INTO customer_identities (id, customer_id, kind, value, display, created_at)
VALUES (:identity, :id, 'email', :email, :email, :now);
INSERT INTO events (partition, kind, version, customer_id, recorded_at, actor_kind, actor_name,
payload) VALUES (0, 'CustomerCreated', 1, :id, :now, 'token', 'x', CAST(:payload AS jsonb));
INSERT INTO audit_entries (at, action, subject_kind, subject_id, actor_kind, actor_name, after)
VALUES (:now, 'customer.created', 'customer', :identity, 'token', 'x', CAST(:payload AS jsonb))
"""
_STATEMENTS = [text(statement) for statement in _INSERTS.split(";")]


def _measure(make: Callable[[], Any], sent: Request) -> float:
    with serving(make) as port:
        run(port, sent, clients=8, seconds=1.0, expect=201)
        return run(port, sent, clients=8, seconds=SECONDS, expect=201).rate


@contextmanager
def serving(make: Callable[[], Any]) -> Iterator[int]:
    """Serve an app with two processes of four threads, as an installation does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(make, port))
    process.start()
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.join(20)


def _serve(make: Callable[[], Any], port: int) -> None:
    serve_web(make(), host="127.0.0.1", port=port, processes=2, threads=4)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(1.0)
            return
    raise RuntimeError("The server did not come up.")


if __name__ == "__main__":
    main()
