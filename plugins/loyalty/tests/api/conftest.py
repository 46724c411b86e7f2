"""The application with loyalty and one programme, and programs with tokens."""

from collections.abc import Callable

import pytest
from flask import Flask

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


@pytest.fixture
def site(loyalty: Platform) -> Flask:
    """The application, with loyalty enabled."""
    return create_app(loyalty)


@pytest.fixture
def program(site: Flask, factories: Factories) -> Callable[..., ApiClient]:
    """``program("staff")``: a program with a token of somebody in that role."""
    return lambda role="admin", **more: ApiClient(site, factories.token(role, **more))


@pytest.fixture
def api(program: Callable[..., ApiClient]) -> ApiClient:
    """A program of the admin."""
    return program()
