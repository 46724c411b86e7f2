"""Lists: every attribute filters and sorts, cursors stay true while others write."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Actor
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.plugin_folder import plugin_folder

NAMES = ("Ann", "Bo", "Cy", "Dee", "Eve", "Flo", "Gus")
SHOES = """
from sqlalchemy import func, literal
@hookimpl
def register_attributes():
    return [Attribute("shoes.size", Text("Shoe size", "鞋码"), "number",
                      sql=lambda: func.length(Customer.display_name))]
"""


@pytest.fixture
def people(api: ApiClient) -> list[str]:
    """Seven customers, of whom some have no city, birthday or tag."""
    made = []
    for number, name in enumerate(NAMES):
        body: dict[str, Any] = {"name": name, "tags": ["vip"] if number % 3 == 0 else []}
        if number % 2:
            body |= {"city": "York", "birthday": f"19{70 + number}-01-01", "country": "GB"}
        made.append(api.post("/customers", body).json["id"])
    return made


@pytest.fixture
def shoes(config: Config, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app with an enabled plugin that contributes an attribute."""
    config.home.mkdir(parents=True, exist_ok=True)
    with plugin_folder(tmp_path / "site") as folder:
        folder.add("shoes", SHOES)
        built = build_platform(config, database_url)
        by = {"actor": Actor("system", "test"), "now": utc_now()}
        enable(built.database, built.host, "shoes", **by)
        yield create_app(built)
        built.database.dispose()


def walk(
    get: Callable[[str], Any], path: str, between: Callable[[], object] | None = None
) -> list[str]:
    """The ids of all pages of a list, one by one."""
    found, following = [], None
    while True:
        page = get(f"{path}&cursor={following}" if following else path)
        assert page.status_code == 200, page.text
        found += [item["id"] for item in page.json["items"]]
        following = page.json["next"]
        if following is None:
            return found
        if between:
            between()


def test_every_attribute_sorts_and_pages_without_loss(api: ApiClient, people: list[str]) -> None:
    keys = [one["key"] for one in api.get("/attributes").json["items"]]

    for key in keys:
        for order in (key, f"-{key}"):
            found = walk(api.get, f"/customers?limit=2&sort={order}")
            assert sorted(found) == sorted(people), order


def test_every_attribute_filters_by_each_of_its_operators(
    api: ApiClient, people: list[str]
) -> None:
    values = {"text": "York", "number": "0", "money": "0", "date": "1980-01-01", "boolean": "true",
              "instant": "2020-01-01T00:00:00Z", "choice": "person", "choices": "vip"}  # fmt: skip
    for one in api.get("/attributes").json["items"]:
        for operator in one["operators"]:
            value = "true" if operator == "missing" else values[one["type"]]
            answer = api.get(f"/customers?{one['key']}__{operator}={value}")
            assert answer.status_code == 200, (one["key"], operator, answer.text)


def test_conditions_keep_whom_they_name(api: ApiClient, people: list[str]) -> None:
    def names(query: str) -> list[str]:
        return [item["name"] for item in api.get(f"/customers?{query}").json["items"]]

    assert names("customers.city__eq=York") == ["Bo", "Dee", "Flo"]
    assert names("customers.city__missing=true&customers.tags__has=vip") == ["Ann", "Gus"]
    assert names("customers.birthday__gte=1973-01-01&sort=-customers.birthday") == ["Flo", "Dee"]


def test_an_attribute_of_a_plugin_filters_sorts_and_is_a_column(
    shoes: Flask, factories: Factories
) -> None:
    api = ApiClient(shoes, factories.token("admin"))
    for name in NAMES:
        api.post("/customers", {"name": name})

    page = api.get("/customers?shoes.size__lte=2&sort=-shoes.size&columns=shoes.size").json

    assert {item["name"]: item["attributes"] for item in page["items"]} == {
        "Cy": {"shoes.size": 2},
        "Bo": {"shoes.size": 2},
    }
    assert "shoes.size" in [one["key"] for one in api.get("/attributes").json["items"]]


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("sort=customers.nam", "customers.name"),
        ("columns=customers.citty", "customers.city"),
        ("customers.revenu__gte=1", "customers.revenue"),
        ("sortt=customers.name", "sort"),
    ],
)
def test_what_is_not_declared_is_refused_with_what_was_perhaps_meant(
    api: ApiClient, query: str, meant: str
) -> None:
    answer = api.get(f"/customers?{query}")

    assert answer.status_code == 422
    assert answer.json["title"].endswith(f"Do you mean {meant}?")


def test_pages_neither_repeat_nor_lose_anybody_while_others_write(
    api: ApiClient, people: list[str]
) -> None:
    for order in ("customers.name", "-customers.name", "customers.created_at"):
        names = iter(("Aaron", "Zoe", "Abe", "Zed"))

        def write(names: Iterator[str] = names) -> None:
            for name in names:
                api.post("/customers", {"name": name})
                break

        found = walk(api.get, f"/customers?limit=2&sort={order}", write)
        assert [one for one in found if one in people] == sorted(
            people, reverse=order.startswith("-")
        ), order
        assert len(found) == len(set(found)), order


@pytest.mark.parametrize("path", ["/touchpoints", "/rewards", "/messages", "/audit"])
def test_lists_that_begin_with_the_newest_page_without_loss(
    api: ApiClient, ids: dict[str, Any], path: str
) -> None:
    of = {"customer_id": ids["customer_id"]}
    for number in range(5):
        at = {"occurred_at": f"2026-10-0{number + 1}T10:00:00Z"}
        call = {"channel": "phone", "kind": "call"}
        reward = {"kind": "voucher", "reason": "Thanks"}
        message = {"channel": "email", "purpose": "service", "subject": "Tea", "body": "Hi"}
        sent = [("/touchpoints", at | call), ("/rewards", reward), ("/messages", message)]
        answers = [api.post(where, of | body) for where, body in sent]
        assert [answer.status_code for answer in answers] == [201, 201, 201], answers[0].text

    whole = [item["id"] for item in api.get(f"{path}?limit=200").json["items"]]

    assert len(whole) >= 6
    assert walk(api.get, f"{path}?limit=2") == whole
