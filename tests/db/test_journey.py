"""Several statements in one journey: in their order, each with what those before it wrote."""

from decimal import Decimal

import pytest
from sqlalchemy import Integer, Numeric, bindparam, column, literal, select, table, text
from sqlalchemy.exc import IntegrityError

from guanxi.db import Actor, Database
from guanxi.db.journey import Ready, fetch_together

ACTOR = Actor("system", "test")
ROWS = table("journey_test", column("n", Integer), column("half", Numeric))


@pytest.fixture
def session(database: Database, now):
    with database.write(ACTOR, now=now) as found:
        found.execute(text("CREATE TEMPORARY TABLE journey_test (n int PRIMARY KEY, half numeric)"))
        yield found
        found.rollback()


def ready(session, statement) -> Ready:
    return Ready(statement, session.get_bind().dialect)


def test_each_statement_sees_what_those_before_it_wrote(session) -> None:
    add = ready(session, text("INSERT INTO journey_test VALUES (:n, :n / 2.0)"))
    count = ready(session, text("SELECT count(*) FROM journey_test"))

    found = fetch_together(session, [(count, {}), (add, {"n": 3}), (add, {"n": 4}), (count, {})])

    assert found == [[(0,)], [], [], [(2,)]]


def test_values_that_a_statement_holds_are_sent_with_those_given_later(session) -> None:
    add = ready(session, text("INSERT INTO journey_test VALUES (:n, :n / 2.0)"))
    query = (
        select(ROWS.c.n, ROWS.c.half, literal("100 %"))
        .where(ROWS.c.n.in_((1, 3, 5)), ROWS.c.n > bindparam("above"))
        .order_by(ROWS.c.n)
    )

    found = fetch_together(
        session,
        [*((add, {"n": n}) for n in range(1, 6)), (ready(session, query), {"above": 1})],
    )[-1]

    assert found == [(3, Decimal("1.5"), "100 %"), (5, Decimal("2.5"), "100 %")]


def test_a_refused_statement_is_an_error_of_sqlalchemys_and_nothing_after_it_is_done(
    session,
) -> None:
    add = ready(session, text("INSERT INTO journey_test VALUES (:n, 0)"))
    point = session.begin_nested()

    with pytest.raises(IntegrityError):
        fetch_together(session, [(add, {"n": 1}), (add, {"n": 1}), (add, {"n": 2})])
    point.rollback()

    assert session.scalar(text("SELECT count(*) FROM journey_test")) == 0


def test_one_statement_alone_goes_as_well(session) -> None:
    assert fetch_together(session, [(ready(session, text("SELECT :n + 1")), {"n": 1})]) == [[(2,)]]
