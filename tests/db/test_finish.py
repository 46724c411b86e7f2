"""The end of a transaction: its last rows and the commit travel together, or nothing happens."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi.db import Actor, Database
from guanxi.db.inserting import BULK, Rows
from guanxi.db.write import WriteContext, write_context
from guanxi.touchpoints.models import Channel

ACTOR = Actor("system", "test")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def as_channels(_session: Session, _context: WriteContext, keys: list[str]) -> Rows:
    rows = [(key, key, key) for key in keys]
    return Rows(Channel.__table__, ("key", "title_en", "title_zh"), rows)


def write(database: Database, now: Sequence[str], at_the_end: Sequence[str]) -> None:
    with database.write(ACTOR, now=NOW) as session:
        session.add_all(Channel(key=key, title_en=key, title_zh=key) for key in now)
        for key in at_the_end:
            write_context(session).defer("channels", key, as_channels)


def channels(database: Database, *keys: str) -> list[Any]:
    with database.read() as session:
        found = session.scalars(select(Channel.key).where(Channel.key.in_(keys)))
        return sorted(found)


def test_last_rows_are_committed_with_what_came_before(database: Database) -> None:
    write(database, ["kiosk"], ["fair"])

    assert channels(database, "kiosk", "fair") == ["fair", "kiosk"]


def test_a_refused_last_row_commits_nothing_and_the_connection_goes_on(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        write(database, ["kiosk"], ["fair", "fair"])
    write(database, [], ["market"])

    assert refused.value.orig.diag.constraint_name == "pk_channels"
    assert channels(database, "kiosk", "fair", "market") == ["market"]


def test_very_many_last_rows_are_committed_too(database: Database) -> None:
    keys = [f"stand{number}" for number in range(BULK + 1)]

    write(database, [], keys)

    assert channels(database, *keys) == sorted(keys)
