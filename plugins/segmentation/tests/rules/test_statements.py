"""What PostgreSQL is sent: one pass for all rules, few statements for a customer, only values."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from plugins.segmentation.tests.rules.documents import (
    BOUGHT_THRICE,
    CHINESE,
    CONTEXT,
    EVERYTHING,
    QUIET,
    rule,
)
from plugins.segmentation.tests.rules.population import fill
from plugins.segmentation.tests.rules.strategies import Person
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.sdk import Customer, Touchpoint
from guanxi_segmentation.rules import (
    UnknownAttribute,
    heavy,
    judge,
    load_facts,
    matches,
    read,
    settled,
)

AS_OF = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOSTILE = "x'; DROP TABLE customers; -- %(id)s $1 \\ ? :x"
NO = {"missing": False}
Writing = Callable[..., AbstractContextManager[Session]]


def _person(touchpoints: int = 0, city: str = "Bath") -> Person:
    customer = {
        "kind": "person", "city": city, "country": "CN", "tags": [], "invented": False,
        "created_at": AS_OF, "custom": {}, "merged": False,
    }  # fmt: skip
    bought = [
        {
            "occurred_at": AS_OF - timedelta(days=1 + n % 50), "kind": "purchase",
            "channel": "store", "direction": "in", "outcome": None, "source": HOSTILE,
            "amount": Decimal(20), "currency": "EUR", "state": "recorded", "products": [HOSTILE],
        }
        for n in range(touchpoints)
    ]  # fmt: skip
    return Person(new_id(), customer, bought)


def _answers(session: Session, where: dict[str, Any], people: list[Person]) -> list[bool]:
    """Answer by SQL, after seeing that Python says the same."""
    rules = {"r": read(rule(where))}
    query = matches(rules, as_of=AS_OF, context=CONTEXT)
    by_sql = {row[0]: row[1] == ["r"] for row in session.execute(query)}
    facts = load_facts(session, [one.id for one in people], rules.values(), context=CONTEXT)
    assert {one: judge(rules, facts[one], AS_OF).segments == ("r",) for one in facts} == by_sql
    return [by_sql[one.id] for one in people]


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ({"attribute": "customers.city", "is": "eq", "value": HOSTILE, **NO}, True),
        ({"attribute": "customers.city", "is": "in", "value": [HOSTILE], **NO}, True),
        ({"attribute": "customers.city", "is": "contains", "value": HOSTILE[3:], **NO}, True),
        ({"attribute": "customers.tags", "is": "has", "value": HOSTILE, "missing": True}, False),
        ({**BOUGHT_THRICE, "touchpoints": {"source": [HOSTILE], "product": [HOSTILE]}}, True),
        ({**BOUGHT_THRICE, "touchpoints": {"kind": [HOSTILE], "outcome": [HOSTILE]}}, False),
        ({"segment": HOSTILE, "is": "member"}, False),
        ({"bucket": {"salt": HOSTILE, "from": 0, "to": 100}}, True),
        ({"consent": {"channel": HOSTILE, "purpose": HOSTILE, "is": "given"}}, False),
    ],
)  # fmt: skip
def test_hostile_texts_are_compared_and_nothing_else(
    writing: Writing, where: dict[str, Any], holds: bool
):
    people = [_person(touchpoints=4, city=HOSTILE), _person(city="Bath")]
    with writing() as session:
        fill(session, people)

        assert _answers(session, where, people)[0] == holds
        assert session.scalar(select(func.count()).select_from(Customer)) == 2


def test_a_text_is_matched_as_written_and_not_as_a_pattern(writing: Writing):
    people = [_person(city="100% wool"), _person(city="1000 wool"), _person(city="100_ WOOL")]
    with writing() as session:
        fill(session, people)

        for op, value, expected in (
            ("starts", "100%", [True, False, False]),
            ("contains", "_ wool", [False, False, True]),
        ):
            where = {"attribute": "customers.city", "is": op, "value": value, "missing": False}
            assert _answers(session, where, people) == expected


def test_many_rules_pass_over_the_touchpoints_once():
    rules = {
        f"r{n}": read(rule({"op": "and", "args": [{**BOUGHT_THRICE, "value": n}, QUIET]}))
        for n in range(50)
    }

    statement = str(matches(rules, as_of=AS_OF, context=CONTEXT))

    # The second one finds by the index of times what is dated in the future.
    assert statement.count("FROM touchpoints") == 2
    # One of the window of 90 days, its first touchpoint, and the last of all.
    assert statement.count("FILTER") == 2
    assert statement.count("max(touchpoints.occurred_at)") == 1


def test_levels_pass_over_the_touchpoints_once_together():
    ground = {"a": read(rule(BOUGHT_THRICE))}
    above = {
        "b": read(rule({"op": "and", "args": [{"segment": "a", "is": "member"}, QUIET]})),
        "c": None,
    }

    statement = str(settled([ground, above], as_of=AS_OF, context=CONTEXT, pinned={"c"}))

    assert statement.count("FROM touchpoints") == 2
    assert "FROM segmentation_memberships" not in statement


def test_one_customer_needs_four_statements_whatever_the_number_of_rules(
    writing: Writing, segmentation: Platform
):
    people = [_person(touchpoints=3)]
    rules = [read(EVERYTHING), *(read(rule({**BOUGHT_THRICE, "value": n})) for n in range(50))]
    with writing() as session:
        fill(session, people)

        with _counted(segmentation) as statements:
            load_facts(session, [people[0].id], rules, context=CONTEXT)

    assert len(statements) == 4


def test_rules_on_attributes_alone_load_nothing_else(writing: Writing, segmentation: Platform):
    with writing() as session, _counted(segmentation) as statements:
        load_facts(session, [new_id()], [read(rule(CHINESE))], context=CONTEXT)

    assert len(statements) == 1


def test_who_has_very_many_touchpoints_is_named(writing: Writing):
    people = [_person(touchpoints=6), _person(touchpoints=5), _person()]
    with writing() as session:
        fill(session, people)

        assert heavy(session, [one.id for one in people], limit=5) == {people[0].id}


def test_an_attribute_that_has_gone_is_an_error_of_its_own(writing: Writing):
    gone = read(rule({**CHINESE, "attribute": "gone.value"}))

    with pytest.raises(UnknownAttribute) as caught:
        matches({"r": gone}, as_of=AS_OF, context=CONTEXT)

    assert (caught.value.key, caught.value.place) == ("gone.value", "where.attribute")
    with writing() as session, pytest.raises(UnknownAttribute):
        load_facts(session, [], [gone], context=CONTEXT)


def test_no_rules_and_nobody_give_no_answers(writing: Writing):
    person = _person()
    with writing() as session:
        fill(session, [person])

        none = session.execute(matches({}, as_of=AS_OF, context=CONTEXT)).all()
        nobody = matches({"r": read(EVERYTHING)}, as_of=AS_OF, context=CONTEXT, customers=[])

        assert [tuple(row) for row in none] == [(person.id, [], None)]
        assert session.execute(nobody).all() == []


def test_late_and_corrected_touchpoints_count_at_their_own_time(writing: Writing):
    person = _person(touchpoints=3)
    with writing() as session:
        fill(session, [person])
        assert _answers(session, BOUGHT_THRICE, [person]) == [True]

        session.execute(
            Touchpoint.__table__.update().values(occurred_at=AS_OF - timedelta(days=91))
        )
        assert _answers(session, BOUGHT_THRICE, [person]) == [False]


@contextmanager
def _counted(platform: Platform) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(platform.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(platform.database.engine, "before_cursor_execute", note)
