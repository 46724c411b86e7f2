"""Surveys enabled, and transactions on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner
from plugins.surveys.tests.reference import Oracle
from sqlalchemy.orm import Session

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.db import Actor
from guanxi.platform import Platform

ACTOR = Actor("system", "test")


@pytest.fixture
def plugins(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Surveys is enabled from the start where a test asks for it."""
    return ("surveys",) if "surveys" in request.fixturenames else ()


@pytest.fixture
def surveys(platform: Platform) -> Platform:
    """A platform with surveys enabled."""
    return platform


@pytest.fixture
def writing(surveys: Platform, now: datetime) -> Callable[..., AbstractContextManager[Session]]:
    """Return a function that opens a transaction, at ``now`` unless another instant is given."""

    def opened(at: datetime = now) -> AbstractContextManager[Session]:
        return surveys.database.write(ACTOR, now=at, dispatcher=surveys.dispatcher)

    return opened


@pytest.fixture
def configure(surveys: Platform, now: datetime) -> Callable[..., None]:
    """Return a function that changes settings of surveys."""

    def change(scope: str = "surveys", **values: Any) -> None:
        with surveys.database.write(ACTOR, now=now) as session:
            surveys.settings.change(session, scope, values)
        surveys.host.refresh_from(surveys.database)

    return change


@pytest.fixture
def guanxi(surveys: Platform) -> Callable[..., str]:
    """``guanxi("list")`` runs a command of surveys and returns what it wrote."""
    address = surveys.database.url.replace("+psycopg", "")

    def run(*arguments: object, given: str = "") -> str:
        surveys.host.refresh_from(surveys.database)
        context = CommandContext(surveys.config, lambda *_: surveys, lambda _: nullcontext(address))
        command = ["survey", *map(str, arguments)]
        result = CliRunner().invoke(cli, command, obj=context, input=given, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The reference implementation of the SurveyJS format, in one process for all tests."""
    with Oracle.started() as started:
        yield started
