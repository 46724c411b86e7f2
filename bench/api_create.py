"""One POST of a customer or touchpoint, beside a bare Flask view that makes the same inserts.

The bare view sends the very statements that the product sent for one such call, with new ids and
a new e-mail address or number, and commits; it knows no token, checks nothing, and answers with
the id. Both run under the same server with two processes, on one durable PostgreSQL.

Limits: at least half of the bare view's requests per second, and at least eight times Odoo 19's
94 customers per second (on a machine of this kind, two server processes, PostgreSQL, eight
clients). Ratios are medians over rounds that follow each other closely; rates are the best round,
as others may share the machine.
"""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from flask import Flask, Response, request
from sqlalchemy import create_engine, event

from bench.kept import durable_server, migrated_database
from bench.load import Request, run
from bench.serving import serving
from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import json
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

ODOO = {1: 47, 8: 94}
"""Customers per second by Odoo 19's API, by the number of clients."""
ROUNDS = 5
SECONDS = 2.0
CUSTOMERS = 500
"""Customers whose touchpoints are recorded."""
SEEN = 7_700_770_077
"""The number in the call that the bare view imitates."""
CUSTOMER = (
    '{"kind": "person", "name": "Ada Lovelace",'
    ' "identities": [{"kind": "email", "value": "a%d@example.com"}]}'
)
TOUCHPOINT = (
    '{"channel": "store", "kind": "call", "occurred_at": "2026-01-05T10:00:00Z",'
    ' "customer_id": "%s", "source": "bench", "external_id": "%d"}'
)
Statements = Sequence[tuple[str, Any]]


def main() -> None:
    """Print requests per second and ratios."""
    with (
        durable_server() as server,
        migrated_database(server) as url,
        tempfile.TemporaryDirectory() as home,
    ):
        _measure_all(url, Config(home=Path(home)))


def _measure_all(url: str, config: Config) -> None:
    platform = build_platform(config, url)
    token = Factories(platform.database, utc_now()).token("integration")
    api = ApiClient(create_app(platform), token)
    ids = [_id_of(api.post("/customers", json.loads(CUSTOMER % n))) for n in range(CUSTOMERS)]
    bodies: dict[str, Callable[[int], str]] = {
        "customers": lambda n: CUSTOMER % n,
        "touchpoints": lambda n: TOUCHPOINT % (ids[n % CUSTOMERS], n),
    }
    seen = {name: statements_of(platform, api, name, bodies[name](SEEN)) for name in bodies}
    platform.database.dispose()
    headers = (("Authorization", f"Bearer {token}"),)
    with (
        serving(lambda: bare_app(url, seen, ids[SEEN % CUSTOMERS])) as bare,
        serving(lambda: create_app(build_platform(config, url))) as ours,
    ):
        for name, body in bodies.items():
            calls = (
                (bare, Request("POST", f"/{name}", body)),
                (ours, Request("POST", f"/api/v1/{name}", body, headers)),
            )
            for clients in (1, 8):
                _report(name, clients, *calls)


def _report(name: str, clients: int, *calls: tuple[int, Request]) -> None:
    for port, sent in calls:
        run(port, sent, clients=clients, seconds=1.0, expect=201)
    rounds = [
        [run(port, sent, clients=clients, seconds=SECONDS, expect=201).rate for port, sent in calls]
        for _ in range(ROUNDS)
    ]
    bare, ours = (max(rates) for rates in zip(*rounds, strict=True))
    ratio = median(one[1] / one[0] for one in rounds)
    print(
        f"POST /{name}, {clients} clients: {ours:.0f} per second, bare view {bare:.0f}; "
        f"ratio {ratio:.2f} (limit 0.50), {ours / ODOO[clients]:.1f} times Odoo's {ODOO[clients]}"
        f"{' (limit 8)' if clients == 8 else ''}",
        flush=True,
    )


def _id_of(answer: Any) -> str:
    if answer.status_code != 201:
        raise RuntimeError(answer.text)
    return str(answer.json["id"])


def statements_of(platform: Platform, api: ApiClient, name: str, body: str) -> Statements:
    """Return the statements by which the product writes what one call asks for."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "INSERT INTO" in statement:
            found.append((statement, parameters))

    event.listen(platform.database.engine, "before_cursor_execute", note)
    _id_of(api.post(f"/{name}", json.loads(body)))
    event.remove(platform.database.engine, "before_cursor_execute", note)
    written = " ".join(statement for statement, _ in found)
    if any(f'"{table}"' not in written for table in ("events", "audit_entries")):
        raise RuntimeError("The statements do not write what they should.")
    return found


def bare_app(url: str, seen: Mapping[str, Statements], seen_customer: str) -> Flask:
    """Return an app whose views insert what the product inserts, and nothing else.

    :param seen_customer: whose touchpoint it was that the product recorded.
    """
    app, engine = Flask("bare"), create_engine(url)

    def view(statements: Statements) -> Response:
        body = request.get_json()
        number = re.search(r"\d{5,}", body.get("external_id") or body["identities"][0]["value"])
        known = {seen_customer: UUID(body["customer_id"])} if "customer_id" in body else {}
        renew = Renewal(number[0] if number else "", known)
        with engine.begin() as connection:
            for statement, parameters in statements:
                connection.exec_driver_sql(statement, renew(parameters))
        return Response(json.dumps_bytes({"id": new_id()}), 201, mimetype="application/json")

    for name, statements in seen.items():
        app.add_url_rule(f"/{name}", name, lambda s=statements: view(s), methods=["POST"])
    return app


class Renewal:
    """Gives the parameters of a call that was seen new ids and another number.

    :param number: takes the place of :data:`SEEN`.
    :param known: ids that take the place of others; those not named here get fresh ones.
    """

    def __init__(self, number: str, known: Mapping[str, UUID]) -> None:
        self._number = number
        self._ids = dict(known)

    def __call__(self, parameters: Any) -> Any:
        """Return ``parameters`` anew."""
        if isinstance(parameters, dict):
            return {name: self._value(value) for name, value in parameters.items()}
        return tuple(map(self._value, parameters))

    def _value(self, value: Any) -> Any:
        if isinstance(value, UUID):
            return self._ids.setdefault(str(value), new_id())
        if not isinstance(value, str):
            return value
        for old, new in self._ids.items():
            value = value.replace(old, str(new))
        return value.replace(str(SEEN), self._number)


if __name__ == "__main__":
    main()
