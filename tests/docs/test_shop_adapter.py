"""The adapter for a shop, accounts and stock: what it sends, and that nothing is counted twice."""

import csv
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from tests.docs.blocks import ROOT, blocks_of
from werkzeug.serving import make_server

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi.touchpoints.domain.corrections import void

ADAPTER = ROOT / "examples" / "shop_adapter" / "shop_adapter.py"
PAGE = ROOT / "docs" / "how-to" / "integrate.md"
Run = Callable[..., str]


@pytest.fixture
def run(app: Flask, factories: Factories, tmp_path: Path) -> Iterator[Run]:
    """``run("orders", "orders.csv")`` starts the adapter beside the files of the page."""
    for block in blocks_of(PAGE):
        if "title" in block.options:
            (tmp_path / block.options["title"]).write_text(block.text, "utf-8")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    environment = {
        **os.environ,
        "GUANXI_URL": f"http://127.0.0.1:{server.port}",
        "GUANXI_TOKEN": factories.token("integration"),
    }

    def start(what: str, file: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, str(ADAPTER), what, file],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        return done.stdout

    yield start
    server.shutdown()
    thread.join()
    server.server_close()


def rows(platform: Platform, statement: str) -> list[Any]:
    with platform.database.read() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def stock(folder: Path) -> dict[str, str]:
    with (folder / "stock.csv").open(encoding="utf-8", newline="") as file:
        return {row["product"]: row["pieces"] for row in csv.DictReader(file)}


def test_orders_become_customers_and_purchases_once(platform: Platform, run: Run) -> None:
    assert run("orders", "orders.csv") == "4 rows sent, 0 refused\n"
    events = rows(platform, "SELECT count(*) FROM events")
    assert run("orders", "orders.csv") == "4 rows sent, 0 refused\n"

    found = rows(
        platform,
        "SELECT t.external_id, t.kind, t.amount::text, c.display_name"
        " FROM touchpoints t JOIN customers c ON c.id = t.customer_id ORDER BY 1",
    )
    assert found == [
        ("7001", "purchase", "211.5000", "王小明"),
        ("7002", "purchase", "88.0000", "Anna Schmidt"),
        ("7003", "return", "-88.0000", "Anna Schmidt"),
    ]
    assert rows(platform, "SELECT count(*) FROM events") == events


def test_invoices_are_on_the_timeline_and_carry_no_money(platform: Platform, run: Run) -> None:
    run("orders", "orders.csv")
    for _ in range(2):
        assert run("invoices", "invoices.csv") == "2 rows sent, 0 refused\n"

    found = rows(
        platform,
        "SELECT t.subject, t.amount, c.display_name FROM touchpoints t"
        " JOIN customers c ON c.id = t.customer_id WHERE t.source = 'accounts' ORDER BY 1",
    )
    assert found == [
        ("Invoice INV-1: issued", None, "王小明"),
        ("Invoice INV-1: paid", None, "王小明"),
    ]


def test_stock_follows_sales_returns_and_corrections(
    platform: Platform, run: Run, tmp_path: Path
) -> None:
    run("orders", "orders.csv")
    run("invoices", "invoices.csv")

    assert run("stock", "stock.csv") == "5 new events\n"
    assert run("stock", "stock.csv") == "0 new events\n"
    place = stock(tmp_path).pop("#place")
    assert int(place) > 0
    after_sales = {"CUP-3": "19", "TEA-1": "98"}
    assert {k: v for k, v in stock(tmp_path).items() if k != "#place"} == after_sales

    ((order,),) = rows(platform, "SELECT id FROM touchpoints WHERE external_id = '7001'")
    with platform.database.write(Actor("system", "test"), now=utc_now()) as session:
        void(session, order, "cancelled by phone", now=utc_now())

    assert run("stock", "stock.csv") == "1 new events\n"
    assert stock(tmp_path)["TEA-1"] == "100"


def test_an_order_that_changed_is_refused_and_named(run: Run, tmp_path: Path) -> None:
    run("orders", "orders.csv")
    orders = tmp_path / "orders.csv"
    orders.write_text(orders.read_text("utf-8").replace("CUP-3,茶杯,1", "CUP-3,茶杯,9"), "utf-8")

    said = run("orders", "orders.csv", status=1)

    assert said.startswith("4 rows sent, 1 refused\norder 7001: ")
