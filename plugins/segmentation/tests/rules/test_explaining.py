"""Why somebody is in: values, answers, and since when."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.segmentation.tests.rules.documents import BOUGHT_THRICE, CHINESE, CONTEXT, QUIET, rule
from plugins.segmentation.tests.rules.people_facts import facts_of
from plugins.segmentation.tests.rules.strategies import (
    TICK,
    ZONES,
    as_ofs,
    context,
    people,
    timed_attributes,
    touchpoint_leaves,
)

from guanxi_segmentation.rules import Contact, Decision, Facts, evaluate, explain, mentions, read

AS_OF = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def _bought(days: float, amount: int = 20) -> Contact:
    at = AS_OF - timedelta(days=days)
    return Contact(at, "purchase", "store", "in", None, "shop", Decimal(amount), "EUR")


def _facts(**more: Any) -> Facts:
    given: dict[str, Any] = {"attributes": {"customers.country": "CN"}} | more
    return Facts(UUID(int=7), CONTEXT, **given)


def test_every_condition_says_its_value_and_its_answer():
    both = read(rule({"op": "and", "args": [CHINESE, BOUGHT_THRICE]}))
    facts = _facts(touchpoints=(_bought(80), _bought(10), _bought(5, amount=3)))

    found = explain(both, facts, AS_OF)

    assert not found.holds
    assert [(part.value, part.holds) for part in found.parts] == [("CN", True), (2, False)]


def test_enough_purchases_count_since_the_last_one_that_was_needed():
    facts = _facts(touchpoints=(_bought(80), _bought(20), _bought(10), _bought(5)))

    found = explain(read(rule(BOUGHT_THRICE)), facts, AS_OF)

    assert found.holds
    assert found.since == AS_OF - timedelta(days=10) + TICK


def test_too_few_purchases_are_too_few_since_one_left_the_window():
    facts = _facts(touchpoints=(_bought(95), _bought(20), _bought(10)))

    found = explain(read(rule(BOUGHT_THRICE)), facts, AS_OF)

    assert not found.holds
    assert found.since == AS_OF - timedelta(days=5) + TICK


def test_what_is_missing_is_said_to_be():
    found = explain(read(rule(QUIET)), _facts(), AS_OF)

    assert (found.holds, found.known, found.value) == (True, False, None)


def test_consent_segments_and_held_say_since_when():
    held = {"held": CHINESE, "for": "P14D"}
    key = mentions(read(rule(held))).held[0].key
    asked = {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}}
    three = read(rule({"op": "and", "args": [asked, {"segment": "vip", "is": "member"}, held]}))
    entered, decided = AS_OF - timedelta(days=20), AS_OF - timedelta(days=3)
    facts = _facts(
        segments={"vip": entered, key: entered},
        decisions=(Decision(decided, "any", "marketing", given=True),),
    )

    found = explain(three, facts, AS_OF)

    assert [part.since for part in found.parts] == [
        decided,
        entered,
        entered + timedelta(days=14),
    ]
    assert found.since == decided


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_since_is_when_the_answer_last_changed(data: st.DataObject):
    as_of = data.draw(as_ofs)
    facts = facts_of(data.draw(people(as_of)), context(data.draw(st.sampled_from(ZONES))))
    one = read(rule(data.draw(st.one_of(timed_attributes(), touchpoint_leaves()))))

    found = explain(one, facts, as_of)

    if found.since is not None:
        assert evaluate(one, facts, found.since) == found.holds
        assert evaluate(one, facts, found.since - TICK) != found.holds
