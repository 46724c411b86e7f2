"""The application with loyalty, members with links, and visitors without any account."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from plugins.loyalty.tests.member.visitor import Visitor
from plugins.loyalty.tests.pages.desk import Desk, Writing

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


@pytest.fixture
def site(loyalty: Platform) -> Flask:
    """The application, with loyalty enabled."""
    return create_app(loyalty)


@pytest.fixture
def visitor(site: Flask) -> Callable[..., Visitor]:
    """``visitor()``: a browser in which nobody is signed in."""
    return lambda **more: Visitor(site, **more)


@pytest.fixture
def desk(writing: Writing, now: datetime) -> Desk:
    """Members and what they have."""
    return Desk(writing, now)


@pytest.fixture
def program(site: Flask, factories: Factories) -> Callable[..., ApiClient]:
    """``program("staff")``: a program with a token of somebody in that role."""
    return lambda role="admin", **more: ApiClient(site, factories.token(role, **more))


@pytest.fixture
def link(program: Callable[..., ApiClient]) -> Callable[..., str]:
    """``link(ann)``: the path of a member's own page."""
    api = program()

    def made(customer: object, **more: bool) -> str:
        answer = api.post(f"/loyalty/members/{customer}/link", more)
        assert answer.status_code == 200, answer.text
        address: str = answer.json["address"]
        return address[address.index("/loyalty/") :]

    return made
