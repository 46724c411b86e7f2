"""Transactions for the tests of rules that leave nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy.orm import Session

from guanxi.platform import Platform


@pytest.fixture
def rolled_back(segmentation: Platform) -> Callable[[], AbstractContextManager[Session]]:
    """Opens a transaction that leaves nothing behind."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with segmentation.database.engine.connect() as connection, connection.begin() as begun:
            yield Session(connection)
            begun.rollback()

    return opened
