"""A club whose programme is ``club``."""

from datetime import datetime

import pytest
from plugins.loyalty.tests.earning.club import Club

from guanxi.platform import Platform


@pytest.fixture
def club(loyalty: Platform, now: datetime) -> Club:
    """People, rules, and a worker."""
    return Club(loyalty, now)
