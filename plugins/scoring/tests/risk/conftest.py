"""People whose risk is looked at."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from plugins.scoring.tests.risk.office import Office
from sqlalchemy.orm import Session

from guanxi.platform import Platform


@pytest.fixture
def office(
    scoring: Platform, writing: Callable[..., AbstractContextManager[Session]], now: datetime
) -> Office:
    """An office without customers."""
    return Office(scoring, writing, now)
