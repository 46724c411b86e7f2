"""Reasons by API and command line: the same as on the page, and hidden from who may not see."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from plugins.scoring.tests.made import lifetime_version, make_customer, make_model, make_score
from sqlalchemy.orm import Session

from guanxi.app import create_app
from guanxi.customers.domain.drafts import Identity
from guanxi.platform import Platform
from guanxi.sdk import NotFound
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow

Writing = Callable[..., AbstractContextManager[Session]]
SILENT = "The last purchase was 65 days ago"


@pytest.fixture
def ann(writing: Writing, now: datetime) -> UUID:
    """Ann, whose scores have reasons."""
    with writing() as session:
        lifetime_version(session, make_model(session, now), now)
        customer = make_customer(
            session, now, identities=(Identity("email", "", "ann@example.com", "ann@example.com"),)
        )
        make_score(session, customer.id, now)
        return customer.id


@pytest.fixture
def site(scoring: Platform) -> Flask:
    """The application."""
    return create_app(scoring)


def ask(site: Flask, factories: Factories, role: str, customer_id: UUID, language: str = "en"):
    client = site.test_client()
    client.set_cookie("guanxi_language", language)
    address = f"/api/v1/scoring/customers/{customer_id}/reasons"
    return client.get(address, headers={"Authorization": f"Bearer {factories.token(role)}"})


def test_the_api_gives_scores_with_reasons(site: Flask, factories: Factories, ann: UUID) -> None:
    allow(factories, "owner", "scoring.view")

    found = ask(site, factories, "owner", ann).get_json()

    assert found["customer_id"] == str(ann)
    alive = found["scores"][0]
    assert (alive["key"], alive["value"], alive["text"]) == ("p_alive", 0.5, "50%")
    assert (alive["model"], alive["version"]) == ("lifetime", 1)
    assert any(one["sentence"].startswith(SILENT) for one in alive["reasons"])
    value = next(one for one in found["scores"] if one["key"] == "clv_12m")
    assert (value["value"], value["currency"], value["text"]) == ("300.0000", "GBP", "£300.00")


def test_the_api_speaks_the_language_that_is_asked_for(
    site: Flask, factories: Factories, ann: UUID
) -> None:
    allow(factories, "owner", "scoring.view")

    found = ask(site, factories, "owner", ann, "zh").get_json()

    assert found["scores"][0]["title"] == "仍活跃的概率"
    assert any("65 天" in one["sentence"] for one in found["scores"][0]["reasons"])


def test_a_hidden_customer_is_not_there(site: Flask, factories: Factories, ann: UUID) -> None:
    allow(factories, "staff", "scoring.view")

    assert ask(site, factories, "staff", ann).status_code == 404


def test_who_may_not_see_scores_may_not_ask(site: Flask, factories: Factories, ann: UUID) -> None:
    assert ask(site, factories, "owner", ann).status_code == 403


def test_the_command_line_says_the_same(guanxi: Callable[..., str], ann: UUID) -> None:
    written = guanxi("explain", ann)
    found = json.loads(guanxi("explain", "ann@example.com", "--json"))

    assert "Still active: 50%" in written
    assert f"  - {SILENT}" in written
    assert found["customer_id"] == str(ann)
    assert found["scores"][0]["key"] == "p_alive"


def test_the_command_line_knows_no_one_who_is_not_there(guanxi: Callable[..., str]) -> None:
    with pytest.raises(NotFound, match="Nobody is known by"):
        guanxi("explain", "nobody@example.com")
