"""People whose risk is looked at."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from flask import Flask
from plugins.scoring.tests.risk.office import Office
from sqlalchemy.orm import Session

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow


@pytest.fixture
def office(
    scoring: Platform, writing: Callable[..., AbstractContextManager[Session]], now: datetime
) -> Office:
    """An office without customers."""
    return Office(scoring, writing, now)


@pytest.fixture
def site(scoring: Platform) -> Flask:
    """The application, with scoring enabled."""
    return create_app(scoring)


@pytest.fixture
def api(site: Flask, factories: Factories) -> ApiClient:
    """A program of the admin."""
    return ApiClient(site, factories.token("admin"))


@pytest.fixture
def somebody(site: Flask, scoring: Platform, factories: Factories) -> Callable[..., Person]:
    """``somebody("staff", "scoring.risk")``: a person with that role and more, signed in."""

    def signed_in(role: str = "admin", *permissions: str) -> Person:
        if permissions:
            allow(factories, role, *permissions)
        return Person(site, scoring.database, factories.user(role))

    return signed_in
