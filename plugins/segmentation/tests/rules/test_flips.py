"""Time alone: between two checks nothing changes, and every change happens at a check.

A brute-force evaluation at every instant at which anything could change says when it did.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

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

from guanxi_segmentation.rules import Facts, evaluate, next_check, read
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


def _check_flips(case: tuple[Any, ...]) -> None:
    as_of, facts, given_document = case
    rule = read(given_document)
    answer, due = evaluate(rule, facts, as_of), next_check(rule, facts, as_of)
    for at in _candidates(facts, as_of):
        while due is not None and due <= at:
            assert due > as_of
            as_of, answer = due, evaluate(rule, facts, due)
            due = next_check(rule, facts, due)
        assert evaluate(rule, facts, at) == answer, (as_of, at)


@settings(_SETTINGS, max_examples=25)
@given(case=cases())
def test_nothing_changes_between_two_checks(case: tuple[Any, ...]):
    _check_flips(case)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(_SETTINGS, max_examples=1500)
@given(case=cases())
def test_nothing_changes_between_two_checks_many_times(case: tuple[Any, ...]):
    _check_flips(case)
