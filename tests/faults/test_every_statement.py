"""Every write of the API, cut off at every single statement, the commit included.

The connection is lost there, as when PostgreSQL dies. Nothing may be left of the change: no row,
no event, no audit entry, no answer kept under its key, no job. Cut off nowhere, it leaves all of
them at once. So an event exists if and only if its change does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
import structlog
from psycopg.pq import TransactionStatus
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from guanxi.db import Database
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient

# What is not part of a change: when a token was last used.
_BESIDES = {"api_tokens", "alembic_version"}
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
CALL = {"channel": "phone", "kind": "call", "occurred_at": "2026-05-01T10:00:00Z"}
PURCHASE = {
    "channel": "store",
    "kind": "purchase",
    "occurred_at": "2026-05-01T10:00:00Z",
    "currency": "GBP",
    "lines": [{"product": "mug", "quantity": "2", "unit_price": "4.50"}],
}
REWARD = {"kind": "points", "amount": "100", "unit": "points", "reason": "Birthday", "source": "s"}
Request = tuple[str, str, Any]
Prepare = Callable[[ApiClient], Request]


class Scissors:
    """Closes the connection just before the statement of a given number, or the commit."""

    def __init__(self) -> None:
        self.at = 0
        self._seen = 0
        self.cut = False

    def arm(self, at: int) -> None:
        """Cut at statement ``at`` from now on, the first being 1; 0 is nowhere."""
        self.at, self._seen, self.cut = at, 0, False

    def statement(self, _connection: Any, cursor: Any, *_more: Any) -> None:
        """Count a statement that is about to be sent."""
        self._count(cursor.connection)

    def commit(self, connection: Any) -> None:
        """Count a commit that is about to be sent, not one that is told of again after it."""
        driver = connection.connection.dbapi_connection
        if driver.closed or driver.info.transaction_status != TransactionStatus.IDLE:
            self._count(driver)

    def _count(self, connection: Any) -> None:
        self._seen += 1
        if self._seen == self.at:
            self.cut = True
            connection.close()


@contextmanager
def scissors_at(engine: Engine) -> Iterator[Scissors]:
    scissors = Scissors()
    listeners = {"before_cursor_execute": scissors.statement, "commit": scissors.commit}
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield scissors
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


class Contents:
    """All rows of all tables, as a number for each table."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        with self._engine.connect() as connection:
            names = [name for (name,) in connection.execute(_TABLES) if name not in _BESIDES]
        parts = [
            f"SELECT '{name}', count(*), sum(hashtextextended(t::text, 0)) FROM {name} t"
            for name in names
        ]
        self._query = text(" UNION ALL ".join(parts).replace(":", r"\:"))

    def __call__(self) -> dict[str, tuple[int, int]]:
        with self._engine.connect() as connection:
            return {name: (count, total) for name, count, total in connection.execute(self._query)}


def customer(api: ApiClient, **more: Any) -> str:
    return str(api.post("/customers", {"name": "Ann", **more}).json["id"])


def touchpoint(api: ApiClient, **more: Any) -> str:
    body = {**PURCHASE, "customer_id": customer(api), **more}
    return str(api.post("/touchpoints", body).json["id"])


def reward(api: ApiClient, *steps: str) -> str:
    path = f"/rewards/{api.post('/rewards', {**REWARD, 'customer_id': customer(api)}).json['id']}"
    for step in steps:
        assert api.post(f"{path}/{step}", {}).status_code == 200
    return path


def merged(api: ApiClient) -> str:
    kept, other = customer(api), customer(api)
    api.post(f"/customers/{kept}/merge", {"merged_id": other})
    (listed,) = api.get(f"/customers/{kept}/merges").json["items"]
    return str(listed["id"])


def email(name: str) -> dict[str, str]:
    return {"kind": "email", "value": f"{name}@example.com"}


def consents(api: ApiClient) -> Request:
    decision = {"channel": "email", "purpose": "marketing", "given": True, "evidence": "form"}
    return "POST", f"/customers/{customer(api)}/consents", {"decisions": [decision]}


def unassigned(api: ApiClient) -> Request:
    for _ in range(2):
        api.post("/touchpoints", {**PURCHASE, "customer_hint": "17850"})
    return "POST", "/touchpoints/assign", {"customer_id": customer(api), "customer_hint": "17850"}


def upsert(api: ApiClient) -> Request:
    customer(api, identities=[email("ann")])
    items = [
        {"name": "Ann", "city": "York", "identities": [email("ann")]},
        {"name": "Bob", "identities": [email("bob")]},
    ]
    return "POST", "/customers/bulk", {"mode": "upsert", "items": items}


def many_of(api: ApiClient) -> list[str]:
    return [customer(api, tags=["old"]) for _ in range(2)]


WRITES: dict[str, tuple[Prepare, list[str]]] = {
    "create a customer": (
        lambda api: ("POST", "/customers", {"name": "Ann", "identities": [email("ann")]}),
        ["CustomerCreated"],
    ),
    "create many": (
        lambda api: ("POST", "/customers/bulk", {"items": [{"name": "Ann"}, {"name": "Bob"}]}),
        ["CustomerCreated", "CustomerCreated"],
    ),
    "upsert": (upsert, ["CustomerCreated", "CustomerChanged"]),
    "change a customer": (
        lambda api: ("PATCH", f"/customers/{customer(api)}", {"city": "York", "tags": ["vip"]}),
        ["CustomerChanged"],
    ),
    "add an identity": (
        lambda api: ("POST", f"/customers/{customer(api)}/identities", email("new")),
        ["CustomerChanged"],
    ),
    "note consents": (consents, ["CustomerChanged"]),
    "close": (
        lambda api: ("POST", f"/customers/{customer(api)}/close", {"reason": "Moved"}),
        ["CustomerChanged"],
    ),
    "tag many": (
        lambda api: ("POST", "/customers/tag", {"customer_ids": many_of(api), "add": ["new"]}),
        ["CustomerChanged", "CustomerChanged"],
    ),
    "merge": (
        lambda api: ("POST", f"/customers/{customer(api)}/merge", {"merged_id": customer(api)}),
        ["CustomersMerged"],
    ),
    "unmerge": (
        lambda api: ("POST", f"/customer-merges/{merged(api)}/undo", None),
        ["CustomersMerged"],
    ),
    "record a call": (
        lambda api: ("POST", "/touchpoints", {**CALL, "customer_id": customer(api)}),
        ["TouchpointRecorded"],
    ),
    "record a purchase": (
        lambda api: ("POST", "/touchpoints", {**PURCHASE, "customer_id": customer(api)}),
        ["TouchpointRecorded"],
    ),
    "record many": (
        lambda api: ("POST", "/touchpoints/bulk", {"items": [CALL, PURCHASE]}),
        ["TouchpointRecorded", "TouchpointRecorded"],
    ),
    "amend": (
        lambda api: ("PATCH", f"/touchpoints/{touchpoint(api)}", {"note": "x", "reason": "y"}),
        ["TouchpointCorrected"],
    ),
    "void": (
        lambda api: ("POST", f"/touchpoints/{touchpoint(api)}/void", {"reason": "a test"}),
        ["TouchpointCorrected"],
    ),
    "assign": (unassigned, ["TouchpointCorrected", "TouchpointCorrected"]),
    "request a reward": (
        lambda api: ("POST", "/rewards", {**REWARD, "customer_id": customer(api)}),
        ["RewardRequested"],
    ),
    "grant": (lambda api: ("POST", f"{reward(api)}/grant", {}), ["RewardGranted"]),
    "refuse": (lambda api: ("POST", f"{reward(api)}/refuse", {"reason": "no"}), []),
    "redeem": (
        lambda api: ("POST", f"{reward(api, 'grant')}/redeem", {"amount": "40"}),
        ["RewardRedeemed"],
    ),
    "reverse": (
        lambda api: ("POST", f"{reward(api, 'grant')}/reverse", {"reason": "cancelled"}),
        ["RewardReversed"],
    ),
    "comment": (
        lambda api: ("POST", "/comments", {"customer_id": customer(api), "text": "Hello"}),
        [],
    ),
    "make a task": (lambda api: ("POST", "/tasks", {"title": "Call Ann"}), []),
    "ask for erasure": (
        lambda api: ("POST", "/privacy-requests", {"customer_id": customer(api), "kind": "erase"}),
        [],
    ),
    "change a setting": (lambda api: ("PATCH", "/settings/core", {"company": "Acme"}), []),
    "make a webhook": (
        lambda api: ("POST", "/webhooks", {"url": "https://example.com/", "title": "Shop",
                                           "events": ["CustomerCreated"]}),
        [],
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log into memory: drawing tracebacks for a terminal takes most of the time."""
    with structlog.testing.capture_logs():
        yield


def send(api: ApiClient, request: Request, key: str) -> TestResponse:
    method, path, body = request
    return api.request(method, path, body, Idempotency_Key=key)


@pytest.mark.faults
@pytest.mark.parametrize("write", WRITES)
def test_a_write_cut_off_at_any_statement_leaves_nothing_and_is_made_up_for_by_a_retry(
    platform: Platform, api: ApiClient, write: str
) -> None:
    prepare, told = WRITES[write]
    request, key = prepare(api), uuid4().hex
    contents = Contents(platform.database)
    before, logged = contents(), kinds(platform)
    answers = []
    with scissors_at(platform.database.engine) as scissors:
        for number in range(1, 200):
            scissors.arm(number)
            answer = send(api, request, key)
            cut = scissors.cut
            scissors.arm(0)
            if not cut:
                break
            answers.append(answer.status_code)
            assert contents() == before, (write, number)

    assert set(answers) == {503}
    assert answer.status_code in (200, 201, 202, 204), answer.json
    after = contents()
    assert kinds(platform)[len(logged) :] == told
    assert after["audit_entries"] != before["audit_entries"]
    assert after["idempotent_answers"][0] == 1
    again = send(api, request, key)
    assert (again.data, again.status_code) == (answer.data, answer.status_code)
    assert contents() == after


def kinds(platform: Platform) -> list[str]:
    with platform.database.read() as session:
        return list(session.scalars(text("SELECT kind FROM events ORDER BY position")))
