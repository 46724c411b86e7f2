"""Lapse in the API and on the command line."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from plugins.scoring.tests.made import make_customer, make_score
from plugins.scoring.tests.shop import Shop

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi_scoring.models import Rhythm

ADDRESS = "/scoring/lapse"


@pytest.fixture
def client_of(scoring: Platform, factories: Factories) -> ApiClient:
    """An integrator with all permissions."""
    return ApiClient(create_app(scoring), factories.token("admin"))


@pytest.fixture
def two(writing: Callable[..., Any], now: datetime) -> None:
    """Ann and Bo, both worth contacting, both missed."""
    with writing() as session:
        for name, clv in (("Ann", 300), ("Bo", 900)):
            one = make_customer(session, now, name).id
            make_score(session, one, now, clv_12m=Decimal(clv))
            day = now.date()
            session.add(
                Rhythm(
                    customer_id=one, gaps=4, gap_days=40, log_micros=1,
                    first_on=day - timedelta(days=70), last_on=day - timedelta(days=30),
                    due_on=day, warn_on=day - timedelta(days=5), warned_at=now, warned_for=day,
                )
            )  # fmt: skip


@pytest.mark.usefixtures("two")
def test_the_api_tells_costs_contacts_and_breaks(client_of: ApiClient) -> None:
    whole = client_of.get(ADDRESS).json
    assert whole is not None
    assert whole["costs"]["version"] == 0
    assert whole["outlook"]["contacted"] == 2
    assert whole["outlook"]["gain"] == "40.0000"
    assert whole["broken"] == 2

    first = client_of.get(f"{ADDRESS}/customers?limit=1").json
    assert first is not None
    second = client_of.get(f"{ADDRESS}/customers?limit=1&cursor={first['next']}").json
    assert second is not None
    assert [one["name"] for one in (*first["items"], *second["items"])] == ["Bo", "Ann"]
    assert second["next"] is None
    breaks = client_of.get(f"{ADDRESS}/rhythms").json
    assert breaks is not None
    assert [one["away"] for one in breaks["items"]] != []


@pytest.mark.usefixtures("two")
def test_the_api_sets_costs_by_version_and_previews(client_of: ApiClient) -> None:
    preview = client_of.post(f"{ADDRESS}/preview", {"contact_cost": "20"}).json
    assert preview is not None
    assert preview["contacted"] == 1

    changed = client_of.patch(
        f"{ADDRESS}/costs", {"contact_cost": "20", "as_of": "2011-12-10T00:00:00Z"}
    )
    assert changed.status_code == 200
    assert changed.headers["ETag"] == '"1"'
    stale = client_of.patch(f"{ADDRESS}/costs", {"contact_cost": "1"}, If_Match='"0"')
    assert stale.status_code == 412
    assert client_of.patch(f"{ADDRESS}/costs", {"save_rate": "2"}).status_code == 422


@pytest.mark.usefixtures("two")
def test_the_command_line_does_the_same(guanxi: Callable[..., str]) -> None:
    shown = json.loads(guanxi("lapse", "costs", "--contact-cost", "20", "--json"))
    assert (shown["version"], shown["contact_cost"]) == (1, "20.0000")
    preview = json.loads(guanxi("lapse", "preview", "--contact-cost", "10", "--json"))
    assert preview["contacted"] == 2
    listed = json.loads(guanxi("lapse", "list", "--json"))
    assert [one["name"] for one in listed] == ["Bo"]
    assert len(json.loads(guanxi("lapse", "broken", "--json"))) == 2
    assert "version 1" in guanxi("lapse", "show")
    assert "Bo" in guanxi("lapse", "list")
    assert "Ann" in guanxi("lapse", "broken")


def test_refresh_says_what_it_found(shop: Shop, guanxi: Callable[..., str]) -> None:
    shop.trade(60)

    told = json.loads(guanxi("lapse", "refresh", "--json"))

    assert told["customers"] > 0
    assert "rhythms broke" in guanxi("lapse", "refresh")
