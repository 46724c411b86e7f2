"""A club with rewards, codes and cards, and people at browsers who look after them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from plugins.loyalty.tests.pages.desk import Desk, Writing

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person


@pytest.fixture
def site(loyalty: Platform) -> Flask:
    """The application, with loyalty enabled and one programme, ``club``."""
    return create_app(loyalty)


@pytest.fixture
def somebody(site: Flask, loyalty: Platform, factories: Factories) -> Callable[..., Person]:
    """``somebody("staff")``: a person with that role, signed in."""

    def signed_in(role: str = "admin") -> Person:
        return Person(site, loyalty.database, factories.user(role))

    return signed_in


@pytest.fixture
def admin(somebody: Callable[..., Person]) -> Person:
    """The admin."""
    return somebody("admin")


@pytest.fixture
def desk(writing: Writing, now: datetime) -> Desk:
    """Members and what they have."""
    return Desk(writing, now)
