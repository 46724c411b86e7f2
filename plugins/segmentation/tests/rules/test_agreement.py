"""The two ways of evaluating agree on random rules, customers and instants."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.segmentation.tests.rules.population import fill
from plugins.segmentation.tests.rules.strategies import (
    ZONES,
    as_ofs,
    context,
    documents,
    people,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_segmentation.rules import Listed, document, judge, load_facts, matches, parse, read

Opened = Callable[[], AbstractContextManager[Session]]


WHOM = ("all", "named", "listed")
"""Everybody; some by their ids; the same listed in a table."""
LISTED = text("CREATE TEMPORARY TABLE listed AS SELECT unnest(CAST(:ids AS uuid[])) customer_id")


@st.composite
def cases(draw: Any) -> tuple[Any, ...]:
    as_of = draw(as_ofs)
    rules = draw(st.lists(documents, min_size=1, max_size=4))
    persons = draw(st.lists(people(as_of), min_size=1, max_size=4, unique_by=lambda one: one.id))
    return as_of, draw(st.sampled_from(ZONES)), rules, persons, draw(st.sampled_from(WHOM))


def _agree(rolled_back: Opened, case: tuple[Any, ...]) -> None:
    as_of, zone, documents_, persons, whom = case
    circumstances = context(zone)
    rules = {f"r{i}": parse(one, circumstances.attributes) for i, one in enumerate(documents_)}
    ids = [one.id for one in persons]
    with rolled_back() as session:
        fill(session, persons)

        chosen = None if whom == "all" else ids[:2]
        session.execute(LISTED, {"ids": ids[:2]})
        customers = Listed("listed") if whom == "listed" else chosen
        query = matches(rules, as_of=as_of, context=circumstances, customers=customers)
        by_sql = {row[0]: (tuple(row[1]), row[2]) for row in session.execute(query)}
        facts = load_facts(session, chosen or ids, rules.values(), context=circumstances)

    by_python = {one: tuple(judge(rules, facts[one], as_of)) for one in facts}
    assert by_sql == by_python


_SETTINGS = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@settings(_SETTINGS, max_examples=20)
@given(case=cases())
def test_sql_and_python_give_the_same_answers_and_the_same_next_check(
    rolled_back: Opened, case: tuple[Any, ...]
):
    _agree(rolled_back, case)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(3))
@settings(_SETTINGS, max_examples=1000)
@given(case=cases())
def test_sql_and_python_give_the_same_answers_many_times(
    rolled_back: Opened, part: int, case: tuple[Any, ...]
):
    """Three thousand cases, in parts, so that several processes share them."""
    assert part < 3
    _agree(rolled_back, case)


@given(documents)
@settings(max_examples=200, deadline=None)
def test_a_random_rule_is_written_as_it_was_read(given_document: dict[str, Any]):
    rule = read(given_document)

    assert read(document(rule)) == rule
