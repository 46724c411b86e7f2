"""Statements that are asked after each event, several in one journey to the database and back.

Each is put into the driver's own form once per process; see ``guanxi.sdk.fetch_together``.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.orm import Session

from guanxi.sdk import Ready, fetch_together

Rows = list[tuple[Any, ...]]
Asked = tuple[ClauseElement, Mapping[str, Any]]
"""A statement that is a constant of its module, and the values of this time."""


def ask(session: Session, *asked: Asked) -> Sequence[Rows]:
    """Send statements in one journey, in their order; return the rows of each.

    :raises sqlalchemy.exc.DBAPIError: one was refused; nothing after it was done.
    """
    dialect = session.get_bind().dialect
    return fetch_together(session, [(_ready(one, dialect), values) for one, values in asked])


@lru_cache(maxsize=256)
def _ready(statement: ClauseElement, dialect: Dialect) -> Ready:
    return Ready(statement, dialect)
