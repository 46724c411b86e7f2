"""The edges of windows and days, to the microsecond, said the same by Python and by PostgreSQL."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from plugins.segmentation.tests.rules.documents import rule
from plugins.segmentation.tests.rules.population import fill
from plugins.segmentation.tests.rules.strategies import Person, context
from sqlalchemy.orm import Session

from guanxi_segmentation.rules import judge, load_facts, matches, read
from guanxi_segmentation.rules.days import next_anniversary, start_of_day, today

AS_OF = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
Writing = Callable[..., AbstractContextManager[Session]]
Opened = Callable[[], AbstractContextManager[Session]]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _people(instants: list[datetime]) -> list[Person]:
    """One person for each instant, with a touchpoint at it."""
    customer = {
        "kind": "person", "city": None, "tags": [], "invented": False, "created_at": AS_OF,
        "custom": {}, "merged": False,
    }  # fmt: skip
    contact = {
        "kind": "visit", "channel": "store", "direction": "in", "outcome": None,
        "source": "guanxi", "amount": None, "currency": None, "state": "recorded", "products": [],
    }  # fmt: skip
    return [
        Person(UUID(int=n + 1), dict(customer), [{**contact, "occurred_at": at}])
        for n, at in enumerate(instants)
    ]


def _inside(
    session: Session, where: dict[str, Any], people: list[Person], zone: str, as_of: datetime
) -> list[bool]:
    """Say for whom a condition holds; Python and PostgreSQL have to agree."""
    fill(session, people)
    rules, circumstances = {"r": read(rule(where))}, context(zone)
    ids = [one.id for one in people]
    query = matches(rules, as_of=as_of, context=circumstances)
    by_sql = {row[0]: (tuple(row[1]), row[2]) for row in session.execute(query)}
    facts = load_facts(session, ids, rules.values(), context=circumstances)
    assert {one: tuple(judge(rules, facts[one], as_of)) for one in ids} == by_sql
    return [by_sql[one][0] == ("r",) for one in ids]


LONDON, HAVANA, SHANGHAI = "Europe/London", "America/Havana", "Asia/Shanghai"


WINDOWS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"last": "P30D"}, LONDON, "2026-10-03T09:30:00+00:00", "2026-11-02T09:30:00+00:00"),
    ({"last": "PT36H"}, LONDON, "2026-10-31T21:30:00+00:00", "2026-11-02T09:30:00+00:00"),
    ({"last": "P2W"}, SHANGHAI, "2026-10-19T09:30:00+00:00", "2026-11-02T09:30:00+00:00"),
    (
        {"from": "2026-10-25T00:30:00Z", "to": "2026-10-25T02:00:00Z"},
        LONDON,
        "2026-10-25T00:30:00+00:00",
        "2026-10-25T02:00:00+00:00",
    ),
    (
        {"from": "2026-10-25T00:30:00Z", "to": "2030-01-01T00:00:00Z"},
        LONDON,
        "2026-10-25T00:30:00+00:00",
        "2026-11-02T09:30:00+00:00",
    ),
    # October begins in summer time and ends in winter time.
    (
        {"calendar": "month", "offset": -1},
        LONDON,
        "2026-10-01T00:00:00+01:00",
        "2026-11-01T00:00:00+00:00",
    ),
    ({"calendar": "month"}, LONDON, "2026-11-01T00:00:00+00:00", "2026-11-02T09:30:00+00:00"),
    (
        {"calendar": "day", "offset": -1, "zone": SHANGHAI},
        LONDON,
        "2026-11-01T00:00:00+08:00",
        "2026-11-02T00:00:00+08:00",
    ),
    # The clock goes back from 1:00 to 0:00 on this day, which begins with the first midnight.
    (
        {"calendar": "day", "offset": -1, "zone": HAVANA},
        LONDON,
        "2026-11-01T00:00:00-04:00",
        "2026-11-02T00:00:00-05:00",
    ),
    (
        {"calendar": "week", "offset": -1},
        LONDON,
        "2026-10-26T00:00:00+00:00",
        "2026-11-02T00:00:00+00:00",
    ),
    (
        {"calendar": "quarter", "offset": -2, "count": 2},
        LONDON,
        "2026-04-01T00:00:00+01:00",
        "2026-10-01T00:00:00+01:00",
    ),
    (
        {"calendar": "year", "offset": -1, "count": 2},
        SHANGHAI,
        "2025-01-01T00:00:00+08:00",
        "2026-11-02T09:30:00+00:00",
    ),
]  # fmt: skip


def test_a_window_holds_its_beginning_and_not_its_end(rolled_back: Opened):
    found = []
    for window, zone, low, high in WINDOWS:
        instants = [_at(low) - TICK, _at(low), _at(high) - TICK, _at(high)]
        counted = {"touchpoints": {}, "measure": "count", "is": "gte", "value": 1}
        with rolled_back() as session:
            condition = {**counted, "window": window}
            found.append(_inside(session, condition, _people(instants), zone, AS_OF))

    assert found == [[False, True, True, False]] * len(WINDOWS)


@pytest.mark.parametrize(
    ("op", "value", "zone", "ends"),
    [
        ("within_last", "P30D", LONDON, "2026-10-03T09:30:00+00:00 2026-11-02T09:30:00+00:00"),
        ("on", "2026-10-25", LONDON, "2026-10-25T00:00:00+01:00 2026-10-26T00:00:00+00:00"),
        ("on", "2026-11-01", HAVANA, "2026-11-01T00:00:00-04:00 2026-11-02T00:00:00-05:00"),
    ],
)
def test_the_last_contact_is_compared_to_the_microsecond(
    writing: Writing, op: str, value: str, zone: str, ends: str
):
    condition = {"touchpoints": {}, "measure": "last", "is": op, "value": value, "missing": False}
    low, high = map(_at, ends.split())
    instants = [low - TICK, low, high - TICK, high]
    with writing() as session:
        inside = _inside(session, condition, _people(instants), zone, AS_OF)

    assert inside == [False, True, True, False]


DAYS: list[tuple[str, str, tuple[int, ...], list[bool]]] = [
    ("within_last", "P7D", (-7, -6, 0, 1), [False, True, True, False]),
    ("older_than", "P7D", (-8, -7, -6, 1), [True, True, False, False]),
    ("within_next", "P7D", (-1, 0, 6, 7), [False, True, True, False]),
    ("before", "2026-11-02", (-1, 0, 1, 2), [True, False, False, False]),
    ("after", "2026-11-02", (-1, 0, 1, 2), [False, False, True, True]),
    ("on", "2026-11-02", (-1, 0, 1, 2), [False, True, False, False]),
    ("anniversary_within", "P7D", (-366, -365, -359, -358), [False, True, True, False]),
]


def test_days_are_counted_whole_and_with_today(rolled_back: Opened):
    found = []
    for op, value, days, _expected in DAYS:
        condition = {"attribute": "customers.birthday", "is": op, "value": value, "missing": False}
        people = _people([AS_OF] * 4)
        for person, ahead in zip(people, days, strict=True):
            person.customer["birthday"] = AS_OF.date() + timedelta(days=ahead)
        with rolled_back() as session:
            found.append(_inside(session, condition, people, LONDON, AS_OF))

    assert found == [expected for *_case, expected in DAYS]


@pytest.mark.parametrize("channels", [("email", "any"), ("any", "email")])
@pytest.mark.parametrize(("given", "expected"), [(True, "given"), (False, "refused")])
def test_of_two_decisions_at_one_instant_the_later_recorded_counts(
    writing: Writing, channels: tuple[str, str], given: bool, expected: str
):
    people = _people([AS_OF] * 20)
    at = {"purpose": "marketing", "at": AS_OF - TICK}
    for person in people:
        person.decisions = [
            {"channel": channels[0], "given": not given, **at},
            {"channel": channels[1], "given": given, **at},
        ]
    condition = {"consent": {"channel": "email", "purpose": "marketing", "is": expected}}
    with writing() as session:
        assert _inside(session, condition, people, LONDON, AS_OF) == [True] * 20


def test_an_average_is_compared_without_rounding(writing: Writing):
    people = _people([AS_OF - TICK] * 2)
    for person, amounts in zip(people, (("10", "10", "10.0001"), ("10", "10", "10")), strict=True):
        contact = person.touchpoints[0]
        person.touchpoints = [
            {**contact, "amount": Decimal(amount), "currency": "EUR"} for amount in amounts
        ]
    # A third of 30.0001 has no end; PostgreSQL's quotient has sixteen decimals, and equals this.
    condition = {"touchpoints": {}, "measure": "avg", "is": "lte", "missing": False}
    condition["value"] = "10.0000333333333333"
    with writing() as session:
        inside = _inside(session, condition, people, LONDON, AS_OF)

    assert inside == [False, True]


def test_a_number_that_is_none_counts_as_not_known(writing: Writing):
    people = _people([AS_OF] * 4)
    for person, value in zip(people, ("NaN", "Infinity", "-Infinity", 0.1), strict=True):
        person.customer["custom"] = {"float": value}
    with writing() as session:
        known = _inside(
            session, {"attribute": "sample.float", "is": "known"}, people, LONDON, AS_OF
        )

    assert known == [False, False, False, True]


@pytest.mark.parametrize("value", [0.1, "0.1"])
def test_a_fraction_equals_the_number_that_people_write(writing: Writing, value: float | str):
    people = _people([AS_OF])
    people[0].customer["custom"] = {"float": 0.1}
    condition = {"attribute": "sample.float", "is": "eq", "value": value, "missing": False}
    with writing() as session:
        assert _inside(session, condition, people, LONDON, AS_OF) == [True]


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        (LONDON, date(2026, 3, 29), "2026-03-29T00:00:00+00:00"),
        (HAVANA, date(2026, 11, 1), "2026-11-01T04:00:00+00:00"),
        # There is no midnight: the clock goes from 0:00 to 1:00.
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00+00:00"),
        # A day that these islands left out begins and ends with the next one.
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_day_begins_at_its_first_midnight(zone: str, day: date, begins: str):
    assert start_of_day(day, ZoneInfo(zone)) == _at(begins)


def test_a_clock_that_goes_back_over_midnight_does_not_bring_back_yesterday():
    # On 7 November 2010 the clock of this zone went back from 0:01 to 23:01.
    zone = ZoneInfo("America/St_Johns")
    turn = start_of_day(date(2010, 11, 7), zone)

    minutes = [today(turn + timedelta(minutes=n), zone).day for n in (-1, 0, 1, 30, 61, 62)]

    assert minutes == [6, 7, 7, 7, 7, 7]


def test_29_february_is_kept_on_the_28th_in_other_years():
    born = date(2024, 2, 29)

    assert next_anniversary(born, date(2026, 2, 28)) == date(2026, 2, 28)
    assert next_anniversary(born, date(2026, 3, 1)) == date(2027, 2, 28)
    assert next_anniversary(born, date(2027, 3, 1)) == date(2028, 2, 29)
