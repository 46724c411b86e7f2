"""A crowd before a shop."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from plugins.loyalty.tests.races.crowd import Crowd

from guanxi.platform import Platform


@pytest.fixture
def crowd(loyalty: Platform, database_url: str, now: datetime) -> Iterator[Crowd]:
    """Sixteen workers."""
    found = Crowd(database_url, now)
    yield found
    found.close()
