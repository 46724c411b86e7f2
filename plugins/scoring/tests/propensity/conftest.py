"""A shop with goals, and workers at chosen instants."""

import pytest
from plugins.scoring.tests.propensity.shop import Shop

from guanxi.platform import Platform


@pytest.fixture
def shop(scoring: Platform) -> Shop:
    """A shop without customers."""
    return Shop(scoring)
