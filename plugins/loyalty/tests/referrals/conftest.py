"""Friends in a transaction."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from plugins.loyalty.tests.referrals.friends import Friends
from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy.orm import Session


@pytest.fixture
def friends(writing: Callable[..., AbstractContextManager[Session]]) -> Iterator[Friends]:
    """Friends."""
    with writing(NOW) as session:
        yield Friends(session)
