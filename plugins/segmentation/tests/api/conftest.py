"""A town with segmentation, and programs with tokens in it."""

from collections.abc import Callable

import pytest
from flask import Flask

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


@pytest.fixture
def site(segmentation: Platform) -> Flask:
    """The application, with segmentation enabled."""
    return create_app(segmentation)


@pytest.fixture
def program(site: Flask, factories: Factories) -> Callable[..., ApiClient]:
    """``program("staff")``: a program with a token of somebody in that role."""
    return lambda role="admin", **more: ApiClient(site, factories.token(role, **more))


@pytest.fixture
def api(program: Callable[..., ApiClient]) -> ApiClient:
    """A program of the admin."""
    return program()
