"""People at browsers and programs with tokens, where surveys are enabled."""

from collections.abc import Callable

import pytest
from flask import Flask

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow


@pytest.fixture
def site(surveys: Platform) -> Flask:
    """The application, with surveys enabled."""
    return create_app(surveys)


@pytest.fixture
def somebody(site: Flask, surveys: Platform, factories: Factories) -> Callable[..., Person]:
    """``somebody("staff", "surveys.view")``: a person with that role and more, signed in."""

    def signed_in(role: str = "admin", *permissions: str) -> Person:
        if permissions:
            allow(factories, role, *permissions)
        return Person(site, surveys.database, factories.user(role))

    return signed_in


@pytest.fixture
def admin(somebody: Callable[..., Person]) -> Person:
    """The admin."""
    return somebody("admin")
