"""Loyalty enabled, a programme, and transactions on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi_loyalty.programmes import ProgrammeDraft, create_programme

ACTOR = Actor("system", "test")
CLUB = ProgrammeDraft("club", "Club", "会员俱乐部", "GBP", "Europe/London")


@pytest.fixture
def plugins(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Loyalty is enabled from the start where a test asks for it."""
    return ("loyalty",) if "loyalty" in request.fixturenames else ()


@pytest.fixture
def loyalty(platform: Platform, now: datetime) -> Platform:
    """A platform with loyalty enabled and one programme, ``club``."""
    with platform.database.write(ACTOR, now=now, dispatcher=platform.dispatcher) as session:
        create_programme(session, CLUB, now=now, by="test")
    return platform


@pytest.fixture
def writing(loyalty: Platform, now: datetime) -> Callable[..., AbstractContextManager[Session]]:
    """Return a function that opens a transaction, at ``now`` unless another instant is given."""

    def opened(at: datetime = now) -> AbstractContextManager[Session]:
        return loyalty.database.write(ACTOR, now=at, dispatcher=loyalty.dispatcher)

    return opened
