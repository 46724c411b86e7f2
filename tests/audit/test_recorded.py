"""What was recorded about one thing, for the page of that thing."""

from guanxi.audit import record
from guanxi.audit.query import recorded
from guanxi.db import Actor
from guanxi.testkit.factories import Factories

SOMEBODY = Actor("system", "somebody")


def test_the_latest_comes_first_and_other_things_are_left_out(factories: Factories) -> None:
    for number, subject in enumerate((("scheme", "a"), ("scheme", "b"), ("scheme", "a"))):
        with factories.database.write(SOMEBODY, now=factories.now) as session:
            record(session, "x.changed", subject, after={"number": number})

    with factories.database.read() as session:
        found = recorded(session, "scheme", "a")
        last = recorded(session, "scheme", "a", limit=1)

    assert [one.after for one in found] == [{"number": 2}, {"number": 0}]
    assert [one.after for one in last] == [{"number": 2}]
