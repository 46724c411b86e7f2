"""Time alone: between two checks nothing changes, and every change happens at a check.

A brute-force evaluation at every instant at which anything could change says when it did.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.segmentation.tests.rules.people_facts import facts_of
from plugins.segmentation.tests.rules.strategies import (
    DELTAS,
    TICK,
    ZONES,
    as_ofs,
    context,
    people,
    timed_documents,
)

from guanxi_segmentation.rules import Contact, Decision, Facts, evaluate, mentions, next_check, read
from guanxi_segmentation.rules.days import start_of_day

_SETTINGS = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def cases(draw: Any) -> tuple[Any, ...]:
    as_of = draw(as_ofs)
    person = draw(people(as_of))
    zone = draw(st.sampled_from(ZONES))
    return as_of, facts_of(person, context(zone)), draw(timed_documents)


def _instants_of(facts: Facts) -> Iterator[datetime]:
    yield from (one.occurred_at for one in facts.touchpoints)
    yield from (one.at for one in facts.decisions)
    yield from facts.segments.values()
    yield from (one for one in facts.attributes.values() if isinstance(one, datetime))


def _candidates(facts: Facts, as_of: datetime) -> list[datetime]:
    """Every instant at which an answer could change, and its neighbours."""
    found = {
        at + sign * timedelta(days=delta)
        for at in _instants_of(facts)
        for delta in DELTAS
        for sign in (-1, 1)
    }
    zones = {facts.context.zone, *(context(zone).zone for zone in ZONES)}
    days = range(-1, 460)
    found |= {start_of_day(as_of.date() + timedelta(days=n), zone) for n in days for zone in zones}
    around = {at + n * TICK for at in found for n in (-1, 0, 1)}
    return sorted(at for at in around if as_of < at < as_of + timedelta(days=450))


def _check_flips(case: tuple[Any, ...]) -> int:
    """Check all instants to come; return how often the answer changed."""
    as_of, facts, given_document = case
    rule = read(given_document)
    answer, due = evaluate(rule, facts, as_of), next_check(rule, facts, as_of)
    changes = 0
    for at in _candidates(facts, as_of):
        while due is not None and due <= at:
            assert due > as_of
            changes += evaluate(rule, facts, due) != answer
            as_of, answer = due, evaluate(rule, facts, due)
            due = next_check(rule, facts, due)
        assert evaluate(rule, facts, at) == answer, (as_of, at)
    return changes


AS_OF = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)
KNOWN = {
    "customers.birthday": date(2026, 11, 5),
    "customers.created_at": AS_OF + timedelta(days=20),
    "customers.last_contact": AS_OF - timedelta(days=3),
}


def _time(key: str, op: str, value: str) -> dict[str, Any]:
    return {"attribute": f"customers.{key}", "is": op, "value": value, "missing": False}


def _bought(op: str, value: Any, measure: str = "count", **more: Any) -> dict[str, Any]:
    missing = {} if measure == "count" else {"missing": False}
    return {"touchpoints": {}, "measure": measure, "is": op, "value": value, **missing, **more}


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        (_time("birthday", "within_next", "P7D"), 2),
        (_time("birthday", "within_last", "P7D"), 2),
        (_time("birthday", "older_than", "P7D"), 1),
        (_time("birthday", "anniversary_within", "P7D"), 4),
        (_time("created_at", "within_next", "P7D"), 2),
        (_time("created_at", "within_last", "P7D"), 2),
        (_time("created_at", "older_than", "P7D"), 1),
        (_time("last_contact", "within_last", "P7D"), 1),
        (_bought("gte", 2, window={"last": "P30D"}), 1),
        (_bought("gte", 1, window={"calendar": "month", "offset": -1}), 3),
        (_bought("gte", 1, window={"calendar": "day", "zone": "Asia/Shanghai"}), 2),
        (_bought("gte", 1, window={"calendar": "week", "offset": -3, "count": 2}), 3),
        (_bought("older_than", "P30D", "last"), 3),
        (_bought("within_last", "P30D", "first"), 1),
        ({"held": {"segment": "vip", "is": "member"}, "for": "P14D"}, 1),
        ({"consent": {"channel": "sms", "purpose": "marketing", "is": "given"}}, 1),
    ],
)  # fmt: skip
def test_each_condition_on_time_changes_at_its_checks(where: dict[str, Any], changes: int):
    # The contacts: 30 September, 15 October, 18 January.
    given_document = {"v": 1, "where": where}
    held = [one.key for one in mentions(read(given_document)).held]
    contacts = [
        Contact(AS_OF + timedelta(days=days), "visit", "store", "in", None, "guanxi", None, None)
        for days in (-20, -5, 90)
    ]
    facts = Facts(
        UUID(int=1),
        context("Europe/London"),
        KNOWN,
        touchpoints=tuple(contacts),
        decisions=(Decision(AS_OF + timedelta(days=2), "any", "marketing", given=True),),
        segments=dict.fromkeys(held, AS_OF - timedelta(days=3)),
    )

    assert _check_flips((AS_OF, facts, given_document)) == changes


@settings(_SETTINGS, max_examples=10)
@given(case=cases())
def test_nothing_changes_between_two_checks(case: tuple[Any, ...]):
    _check_flips(case)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(_SETTINGS, max_examples=1500)
@given(case=cases())
def test_nothing_changes_between_two_checks_many_times(case: tuple[Any, ...]):
    _check_flips(case)
