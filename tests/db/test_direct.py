"""Statements sent straight to the driver: they fail, and are listened to, as all others are."""

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from guanxi.db import Database, direct

DUPLICATE = "INSERT INTO direct_test VALUES (%s), (%s)"


def test_a_refused_row_is_an_error_of_sqlalchemys(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE direct_test (n int PRIMARY KEY)"))

        with pytest.raises(IntegrityError) as raised:
            direct.run(connection, DUPLICATE, (1, 1))

    assert raised.value.orig.diag.constraint_name == "direct_test_pkey"


def test_what_was_sent_is_taken_back_with_the_transaction(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE direct_test (n int PRIMARY KEY)"))
        connection.commit()
        connection.begin()

        sent = direct.run(connection, DUPLICATE, (1, 2)).rowcount
        connection.rollback()

        assert sent == 2
        assert connection.scalar(text("SELECT count(*) FROM direct_test")) == 0


def send_without_waiting(connection: Connection, *pairs: tuple[int, int]) -> None:
    with direct.without_waiting(connection):
        for pair in pairs:
            direct.run(connection, DUPLICATE, pair)


def test_what_is_sent_without_waiting_is_stored_in_its_order(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE direct_test (n int PRIMARY KEY)"))

        with direct.without_waiting(connection):
            for number in range(3):
                direct.run(connection, "INSERT INTO direct_test VALUES (%s)", (number,))
            sent = direct.run(connection, "SELECT sum(n) FROM direct_test", ()).fetchone()

        assert sent == (3,)
        assert connection.scalar(text("SELECT count(*) FROM direct_test")) == 3


def test_a_row_refused_without_waiting_is_told_at_the_end_and_nothing_is_done_after_it(
    database: Database,
) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE direct_test (n int PRIMARY KEY)"))
        connection.commit()
        connection.begin()

        with pytest.raises(IntegrityError) as raised:
            send_without_waiting(connection, (1, 1), (2, 3))
        connection.rollback()

        assert raised.value.orig.diag.constraint_name == "direct_test_pkey"
        assert connection.scalar(text("SELECT count(*) FROM direct_test")) == 0


def test_listeners_are_told(database: Database) -> None:
    told = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: told.append(args[2:4]))

    with database.autocommit.connect() as connection:
        found = direct.run(connection, "SELECT %(a)s::int", {"a": 7}).fetchone()

    assert found == (7,)
    assert told == [("SELECT %(a)s::int", {"a": 7})]


def test_a_lost_server_is_noticed_and_the_next_connection_is_a_new_one(database: Database) -> None:
    with database.autocommit.connect() as connection, database.engine.connect() as other:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with pytest.raises(OperationalError):
            direct.run(connection, "SELECT 1", ())

        assert connection.invalidated

    with database.autocommit.connect() as connection:
        assert direct.run(connection, "SELECT 1", ()).fetchone() == (1,)


def test_a_row_is_looked_up_and_its_connection_is_as_it_was(database: Database) -> None:
    assert direct.first_row(database.engine, "SELECT %s::int, 'a'", (7,)) == (7, "a")
    assert direct.first_row(database.engine, "SELECT 1 WHERE false", ()) is None

    assert_nothing_commits_by_itself(database)


def test_a_lookup_notices_a_lost_server_once(database: Database) -> None:
    with database.engine.connect() as one, database.engine.connect() as two:
        pids = [c.scalar(text("SELECT pg_backend_pid()")) for c in (one, two)]
    other = Database(database.url)
    with other.autocommit.connect() as connection:
        for pid in pids:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()

    with pytest.raises(OperationalError):
        direct.first_row(database.engine, "SELECT 1", ())

    assert [direct.first_row(database.engine, "SELECT 1", ()) for _ in pids] == [(1,), (1,)]


def test_a_lookup_that_is_refused_says_so_and_gives_its_connection_back(database: Database) -> None:
    with pytest.raises(ProgrammingError):
        direct.first_row(database.engine, "SELECT 1 FROM nowhere", ())

    assert_nothing_commits_by_itself(database)


def test_a_lookup_that_is_interrupted_leaves_no_connection_that_commits_by_itself(
    database: Database,
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    event.listen(database.engine, "before_cursor_execute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        direct.first_row(database.engine, "SELECT 1", ())
    event.remove(database.engine, "before_cursor_execute", interrupt)

    assert_nothing_commits_by_itself(database)


def assert_nothing_commits_by_itself(database: Database) -> None:
    assert database.engine.pool.checkedout() == 0
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TABLE direct_test (n int)"))
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('direct_test')")) is None


def test_a_server_that_is_away_is_an_error_of_sqlalchemys_too() -> None:
    nobody = Database("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(OperationalError):
        direct.first_row(nobody.engine, "SELECT 1", ())
