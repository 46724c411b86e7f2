"""Segmentation enabled, and transactions on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner
from plugins.segmentation.tests.membership.town import Town
from sqlalchemy.orm import Session

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.db import Actor
from guanxi.platform import Platform

ACTOR = Actor("system", "test")


@pytest.fixture
def plugins(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Segmentation is enabled from the start where a test asks for it."""
    return ("segmentation",) if "segmentation" in request.fixturenames else ()


@pytest.fixture
def segmentation(platform: Platform) -> Platform:
    """A platform with segmentation enabled."""
    return platform


@pytest.fixture
def writing(
    segmentation: Platform, now: datetime
) -> Callable[..., AbstractContextManager[Session]]:
    """Return a function that opens a transaction, at ``now`` unless another instant is given."""

    def opened(at: datetime = now) -> AbstractContextManager[Session]:
        return segmentation.database.write(ACTOR, now=at, dispatcher=segmentation.dispatcher)

    return opened


@pytest.fixture
def configure(segmentation: Platform, now: datetime) -> Callable[..., None]:
    """Return a function that changes settings of segmentation."""

    def change(scope: str = "segmentation", **values: Any) -> None:
        with segmentation.database.write(ACTOR, now=now) as session:
            segmentation.settings.change(session, scope, values)
        segmentation.host.refresh_from(segmentation.database)

    return change


@pytest.fixture
def town(segmentation: Platform, now: datetime) -> Town:
    """A town without people."""
    return Town(segmentation, now)


@pytest.fixture
def guanxi(segmentation: Platform) -> Callable[..., str]:
    """``guanxi("list")`` runs a command of segmentation and returns what it wrote."""
    address = segmentation.database.url.replace("+psycopg", "")

    def run(*arguments: object, given: str = "") -> str:
        segmentation.host.refresh_from(segmentation.database)
        context = CommandContext(
            segmentation.config, lambda *_: segmentation, lambda _: nullcontext(address)
        )
        command = ["segmentation", *map(str, arguments)]
        result = CliRunner().invoke(cli, command, obj=context, input=given, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run
