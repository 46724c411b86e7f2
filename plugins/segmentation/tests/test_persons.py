"""Customers merged, unmerged and erased through the API: all that segmentation holds follows."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from plugins.segmentation.tests.membership.town import Town, lives_in
from plugins.segmentation.tests.worth import trading
from sqlalchemy import Table, func, select, text

from guanxi.app import create_app
from guanxi.customers.domain.undo import undo_import
from guanxi.ids import new_id
from guanxi.privacy import jobs
from guanxi.sdk import Customer
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi_segmentation.models import Base

BASE = "/segmentation"
REASON = "Anns Geheimnis"


@pytest.fixture(autouse=True)
def clock(town: Town) -> Iterator[None]:
    """Requests take place a moment after the town's now."""
    with time_machine.travel(town.now + timedelta(seconds=1), tick=False):
        yield


@pytest.fixture
def site(town: Town) -> Flask:
    """The application, with segmentation enabled."""
    return create_app(town.platform)


@pytest.fixture
def api(site: Flask, factories: Factories) -> ApiClient:
    """A program of the admin."""
    return ApiClient(site, factories.token("admin"))


@pytest.fixture
def ids(town: Town, api: ApiClient) -> dict[str, UUID]:
    """Four customers with trade, classes, values; Ann and Bo are in segments and decided about."""
    found = trading(town)
    for name in ("Ann", "Bo"):
        town.change(found[name], city="York")
    town.built("yorkers", lives_in("York"))
    town.built("list", None)
    town.deliver()
    for name in ("Ann", "Bo"):
        put(api, f"{BASE}/segments/list/pins/{found[name]}", {"included": True, "reason": REASON})
    put(api, f"{BASE}/key-accounts/{found['Ann']}", {"is_key": True, "reason": REASON})
    work(town)
    return found


def put(api: ApiClient, path: str, body: Any) -> None:
    answer = api.put(path, body)
    assert answer.status_code == 200, answer.json


def work(town: Town) -> None:
    """Let workers read the log and whatever is due."""
    town.deliver(town.now + timedelta(seconds=2))
    town.run("sweep", town.now + timedelta(seconds=2))


def standing(api: ApiClient, customer_id: UUID) -> dict[str, Any]:
    """Return all that the API tells about one customer's place."""
    paths = {
        "rfm": f"{BASE}/customers/{customer_id}/rfm",
        "value": f"{BASE}/customers/{customer_id}/value",
        "key": f"{BASE}/key-accounts/{customer_id}",
    }
    told = {name: api.get(path).json for name, path in paths.items()}
    for name in ("stays", "classes"):
        items = api.get(f"{BASE}/customers/{customer_id}/{name}").json["items"]
        key = "segment" if name == "stays" else "class"
        told[name] = sorted(one[key] for one in items if one["left_at"] is None)
    return told


def tables_of_customers() -> Iterator[Table]:
    """Yield the tables of segmentation with rows of one customer."""
    for table in Base.metadata.sorted_tables:
        if "customer_id" in table.c:
            yield table


def rows_of(town: Town, customer_id: UUID) -> dict[str, int]:
    """Return how many rows each table has of a customer; those without are left out."""
    with town.platform.database.read() as session:
        counts = {
            table.name: session.scalar(
                select(func.count()).select_from(table).where(table.c.customer_id == customer_id)
            )
            for table in tables_of_customers()
        }
    return {name: count for name, count in counts.items() if count}


def ask(town: Town, api: ApiClient, customer_id: UUID, kind: str) -> str:
    """Make a person's request and let it be done; return its id."""
    answer = api.post("/privacy-requests", {"customer_id": str(customer_id), "kind": kind})
    assert answer.status_code == 201, answer.json
    assert jobs.run(town.platform, UUID(answer.json["id"]))
    found: str = answer.json["id"]
    return found


def test_merged_and_unmerged_by_the_api_everything_follows(
    town: Town, api: ApiClient, ids: dict[str, UUID]
) -> None:
    ann, bo = ids["Ann"], ids["Bo"]
    before = {one: standing(api, one) for one in (ann, bo)}
    tables = {one: rows_of(town, one).keys() for one in (ann, bo)}

    made = api.post(f"/customers/{bo}/merge", {"merged_id": str(ann)})
    work(town)
    together = standing(api, bo)

    assert made.status_code == 201
    assert (together["rfm"]["frequency"], Decimal(together["rfm"]["monetary"])) == (5, 1700)
    assert Decimal(together["value"]["total_value"]["parts"][0]["amount"]) == 1700
    assert (together["key"]["is_key"], together["key"]["reason"]) == (True, REASON)
    assert together["stays"] == ["list", "yorkers"]
    assert len(together["classes"]) == 2
    assert town.members("list") == town.members("yorkers") == {bo}
    assert api.get(f"{BASE}/customers/{ann}/rfm").json["frequency"] == 5

    (merge,) = api.get(f"/customers/{bo}/merges").json["items"]
    assert api.post(f"/customer-merges/{merge['id']}/undo").status_code == 200
    work(town)

    assert {one: standing(api, one) for one in (ann, bo)} == before
    assert {one: rows_of(town, one).keys() for one in (ann, bo)} == tables
    assert town.members("list") == town.members("yorkers") == {ann, bo}
    assert drift(town) == 0


def test_a_copy_holds_everything_and_an_erasure_leaves_nothing(
    town: Town, api: ApiClient, ids: dict[str, UUID]
) -> None:
    ann, bo = ids["Ann"], ids["Bo"]
    api.post(f"/customers/{ann}/merge", {"merged_id": str(bo)})
    work(town)
    held = copied(api, ask(town, api, ann, "export"))

    ask(town, api, ann, "erase")
    work(town)
    town.run("rebuild", town.now + timedelta(seconds=3))

    assert {name for one in held for name in one} == {
        "segments", "decisions", "rfm", "value", "key_account", "classes",
    }  # fmt: skip
    assert REASON in json.dumps(held, ensure_ascii=False)
    assert (rows_of(town, ann), rows_of(town, bo)) == ({}, {})
    assert town.members("yorkers") == town.members("list") == set()
    assert api.get(f"{BASE}/segments/yorkers").json["members"] == 0
    assert [name for name in held_by_any_table(town, REASON) if "idempotent" not in name] == []
    assert drift(town) == 0


def test_whom_an_import_made_and_took_back_is_nowhere(town: Town, api: ApiClient) -> None:
    made = town.person("Imported", city="York")
    import_id = new_id()
    with town.write() as session:
        session.execute(
            text("UPDATE customers SET import_id = :import WHERE id = :id"),
            {"import": import_id, "id": made},
        )
        session.execute(
            text("UPDATE audit_entries SET change_set = :import"), {"import": import_id}
        )
    town.built("yorkers", lives_in("York"))
    assert town.members("yorkers") == {made}

    with town.write() as session:
        assert undo_import(session, import_id, now=town.now).removed == 1
    work(town)
    town.run("rebuild", town.now + timedelta(seconds=3))

    assert rows_of(town, made) == {}
    assert town.members("yorkers") == set()
    assert api.get(f"{BASE}/segments/yorkers").json["members"] == 0
    assert drift(town) == 0


def test_no_row_is_about_a_customer_whom_the_core_does_not_know(
    town: Town, api: ApiClient, ids: dict[str, UUID]
) -> None:
    api.post(f"/customers/{ids['Ann']}/merge", {"merged_id": str(ids["Bo"])})
    ask(town, api, ids["Cy"], "erase")
    work(town)

    with town.platform.database.read() as session:
        for table in tables_of_customers():
            unknown = select(table.c.customer_id).where(
                table.c.customer_id.not_in(select(Customer.id).where(Customer.erased_at.is_(None)))
            )
            assert session.execute(unknown).all() == [], table.name


def drift(town: Town) -> int:
    """Return what an audit finds that is not as a full evaluation says."""
    found: int = town.run("audit", town.now + timedelta(seconds=3))["drift"]
    return found


def copied(api: ApiClient, request: str) -> list[dict[str, Any]]:
    """Return what segmentation put into a person's copy, by each of their ids."""
    answer = api.get(f"/privacy-requests/{request}/file")
    with answer, zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found: list[dict[str, Any]] = json.loads(archive.read("data.json"))["plugins"][
            "segmentation"
        ]
        return found


def held_by_any_table(town: Town, word: str) -> list[str]:
    """Return the tables in which a word stands."""
    with town.platform.database.read() as session:
        tables = session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        query = "SELECT EXISTS (SELECT FROM {} t WHERE t::text LIKE :word)"
        return [
            name
            for name in tables
            if session.scalar(text(query.format(f'"{name}"')), {"word": f"%{word}%"})
        ]
