"""Scoring enabled, and transactions on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner
from plugins.scoring.tests.shop import Shop
from sqlalchemy.orm import Session

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.db import Actor
from guanxi.platform import Platform

ACTOR = Actor("system", "test")


@pytest.fixture
def plugins(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Scoring is enabled from the start where a test asks for it."""
    return ("scoring",) if "scoring" in request.fixturenames else ()


@pytest.fixture
def scoring(platform: Platform) -> Platform:
    """A platform with scoring enabled."""
    return platform


@pytest.fixture
def writing(scoring: Platform, now: datetime) -> Callable[..., AbstractContextManager[Session]]:
    """Return a function that opens a transaction, at ``now`` unless another instant is given."""

    def opened(at: datetime = now) -> AbstractContextManager[Session]:
        return scoring.database.write(ACTOR, now=at, dispatcher=scoring.dispatcher)

    return opened


@pytest.fixture
def shop(scoring: Platform, now: datetime) -> Shop:
    """A shop without customers."""
    return Shop(scoring, now)


@pytest.fixture
def configure(scoring: Platform, now: datetime) -> Callable[..., None]:
    """Return a function that changes settings of scoring."""

    def change(scope: str = "scoring", **values: Any) -> None:
        with scoring.database.write(ACTOR, now=now) as session:
            scoring.settings.change(session, scope, values)
        scoring.host.refresh_from(scoring.database)

    return change


@pytest.fixture
def guanxi(scoring: Platform) -> Callable[..., str]:
    """``guanxi("list")`` runs a command of scoring and returns what it wrote."""
    address = scoring.database.url.replace("+psycopg", "")

    def run(*arguments: object, given: str = "") -> str:
        scoring.host.refresh_from(scoring.database)
        context = CommandContext(scoring.config, lambda *_: scoring, lambda _: nullcontext(address))
        command = ["scoring", *map(str, arguments)]
        result = CliRunner().invoke(cli, command, obj=context, input=given, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run
