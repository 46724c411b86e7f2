"""The journal of erasures: beside the database, without anything personal, good for a restore."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from tests.privacy.conftest import CANARY, Write, places_of

from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.privacy import journal
from guanxi.privacy.domain.erasing import erase_person
from guanxi.privacy.domain.family import ids_of
from guanxi.testkit.fixtures import NOW
from guanxi.testkit.postgres import Server, drop_database, fresh_database


def test_the_file_is_completed_from_the_database_once(
    person: UUID, write: Write, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / journal.FILE
    ids = set(ids_of(session, person))
    with write() as tx:
        erase_person(tx, person, now=NOW)

    assert journal.complete(path, session) == 2
    assert journal.complete(path, session) == 0

    assert set(journal.read(path)) == {(one, NOW) for one in ids}
    assert CANARY not in path.read_text("ascii")


def test_who_was_erased_is_erased_again_in_a_restored_backup(
    person: UUID, database: Database, write: Write, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / journal.FILE
    database.dispose()
    backup = fresh_database(server, database.url)
    restored = Database(backup)
    try:
        with write() as tx:
            erase_person(tx, person, now=NOW)
        with database.read() as reading:
            journal.complete(path, reading)
        with restored.read() as reading:
            assert places_of(reading, CANARY)
            found = journal.due(reading, journal.read(path))
        assert found == [person]
        with restored.write(SYSTEM, now=NOW) as tx:
            journal.reapply(tx, person, now=NOW)
        with restored.read() as reading:
            assert places_of(reading, CANARY) == set()
            assert journal.due(reading, journal.read(path)) == []
    finally:
        restored.dispose()
        drop_database(backup)


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"customer_id": 7, "erased_at": "x"}', "[]"])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / journal.FILE
    path.write_text(line + "\n", "ascii")

    with pytest.raises(journal.JournalDamaged, match="Line 1 of erasures"):
        list(journal.read(path))


def test_no_file_is_an_empty_journal(tmp_path: Path) -> None:
    assert list(journal.read(tmp_path / journal.FILE)) == []
