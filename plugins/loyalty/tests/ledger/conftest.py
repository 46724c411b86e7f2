"""A till on the unit ``points`` of the programme ``club``."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from plugins.loyalty.tests.ledger.till import Till
from sqlalchemy.orm import Session

from guanxi_loyalty.ledger import load_unit


@pytest.fixture
def till(writing: Callable[..., AbstractContextManager[Session]]) -> Iterator[Till]:
    """A till in a transaction."""
    with writing() as session:
        yield Till(session, load_unit(session, "club", "points"))
