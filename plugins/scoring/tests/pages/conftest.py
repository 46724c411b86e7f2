"""Scoring with a model in force, and people at browsers who look at it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from plugins.scoring.tests.made import make_model, make_version

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow


@pytest.fixture
def site(scoring: Platform) -> Flask:
    """The application, with scoring enabled."""
    return create_app(scoring)


@pytest.fixture
def somebody(site: Flask, scoring: Platform, factories: Factories) -> Callable[..., Person]:
    """``somebody("staff", "scoring.view")``: a person with that role and more, signed in."""

    def signed_in(role: str = "admin", *permissions: str) -> Person:
        if permissions:
            allow(factories, role, *permissions)
        return Person(site, scoring.database, factories.user(role))

    return signed_in


@pytest.fixture
def admin(somebody: Callable[..., Person]) -> Person:
    """The admin."""
    return somebody("admin")


@pytest.fixture
def lifetime(writing: Callable[..., object], now: datetime) -> None:
    """A model of lifetime value with three versions: one in force, one before, one kept back."""
    with writing() as session:
        model = make_model(session, now)
        make_version(session, model, now, 1, state="superseded", metrics={"mae": 0.8125})
        make_version(session, model, now, 2, cause="schedule")
        problem = {"message": "It was worse.", "values": {}}
        make_version(session, model, now, 3, state="kept_back", cause="asked", problem=problem)
