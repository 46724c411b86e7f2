"""A shop in a transaction."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from plugins.loyalty.tests.vouchers.shop import NOW, Shop
from sqlalchemy.orm import Session


@pytest.fixture
def shop(writing: Callable[..., AbstractContextManager[Session]]) -> Iterator[Shop]:
    """A shop."""
    with writing(NOW) as session:
        yield Shop(session)
