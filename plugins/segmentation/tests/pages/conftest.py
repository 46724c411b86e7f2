"""A town with segmentation, and people at browsers in it."""

from collections.abc import Callable

import pytest
from flask import Flask
from plugins.segmentation.tests.clients import Person

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories


@pytest.fixture
def site(segmentation: Platform) -> Flask:
    """The application, with segmentation enabled."""
    return create_app(segmentation)


@pytest.fixture
def somebody(site: Flask, segmentation: Platform, factories: Factories) -> Callable[..., Person]:
    """``somebody("staff")``: a person with that role, signed in."""

    def signed_in(role: str = "admin") -> Person:
        return Person(site, segmentation.database, factories.user(role))

    return signed_in


@pytest.fixture
def admin(somebody: Callable[..., Person]) -> Person:
    """The admin."""
    return somebody("admin")
