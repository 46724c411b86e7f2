"""A town on a platform with segmentation."""

from datetime import datetime

import pytest
from plugins.segmentation.tests.membership.town import Town

from guanxi.platform import Platform


@pytest.fixture
def town(segmentation: Platform, now: datetime) -> Town:
    """A town without people."""
    return Town(segmentation, now)
