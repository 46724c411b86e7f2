"""Segmentation enabled, and transactions on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.testkit.conformance.base import switch_on

ACTOR = Actor("system", "test")


@pytest.fixture
def segmentation(platform: Platform) -> Platform:
    """A platform with segmentation enabled."""
    switch_on(platform, "segmentation")
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
