"""A counter in a transaction."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy.orm import Session


@pytest.fixture
def counter(writing: Callable[..., AbstractContextManager[Session]]) -> Iterator[Counter]:
    """A counter."""
    with writing(NOW) as session:
        yield Counter(session)
