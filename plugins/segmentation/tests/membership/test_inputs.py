"""Only segments that mention what changed are looked at, and those that mention these."""

from dataclasses import replace
from uuid import uuid4

import pytest
from plugins.segmentation.tests.membership.town import bought, lives_in, rule

from guanxi.ids import new_id
from guanxi.sdk import (
    CustomerChanged,
    CustomerCreated,
    CustomersMerged,
    RewardGranted,
    TouchpointFacts,
    TouchpointRecorded,
)
from guanxi_segmentation.membership.book import Book, Entry
from guanxi_segmentation.membership.inputs import touched_by
from guanxi_segmentation.membership.levels import circle, order
from guanxi_segmentation.rules import mentions, read

WHERES = {
    "city": lives_in("London"),
    "size": {"attribute": "custom.size", "is": "known"},
    "owner": {"attribute": "customers.owner", "is": "known"},
    "name": {"attribute": "customers.name", "is": "eq", "value": "Anna"},
    "revenue": {"attribute": "customers.revenue", "is": "known"},
    "score": {"attribute": "scoring.p_alive", "is": "known"},
    "tier": {"attribute": "segmentation.tier", "is": "known"},
    "buyers": bought(),
    "asked": {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
    "chance": {"bucket": {"salt": "x", "from": 0, "to": 10}},
    "on_top": {"segment": "city", "is": "member"},
    "on_top_of_it": {"segment": "on_top", "is": "not_member"},
}


def entry(key, where):
    """Return a segment at work."""
    found = read(rule(where))
    return Entry(uuid4(), key, "rule", found, mentions(found), 1, True, None, 1)


BOOK = Book([entry(key, where) for key, where in WHERES.items()])
CHANGED = {
    "city": {"city", "on_top", "on_top_of_it"},
    "custom.size": {"size"},
    "owner_id": {"owner"},
    "display_name": {"name"},
    "consent.marketing.email": {"asked"},
    "scoring.p_alive": {"score"},
    "note": set(),
}


@pytest.mark.parametrize("field", CHANGED)
def test_a_field_touches_what_mentions_it(field):
    touched = touched_by([CustomerChanged(customer_id=new_id(), fields=(field,))])

    assert BOOK.depending(touched.concerns) == CHANGED[field]


def test_a_touchpoint_touches_what_counts_touchpoints():
    facts = TouchpointFacts("store", "purchase", "in", occurred_at=None)
    event = TouchpointRecorded(customer_id=new_id(), touchpoint_id=new_id(), touchpoint=facts)

    assert BOOK.depending(touched_by([event]).concerns) == {"buyers", "revenue", "tier"}


def test_a_reward_touches_attributes_of_other_plugins():
    event = RewardGranted(customer_id=new_id(), reward_id=new_id(), reward_kind="points")

    assert BOOK.depending(touched_by([event]).concerns) == {"score"}


@pytest.mark.parametrize(
    "event",
    [
        CustomerCreated(customer_id=new_id(), customer_kind="person"),
        CustomersMerged(customer_id=new_id(), merged_id=new_id()),
    ],
)
def test_new_and_merged_customers_are_looked_at_in_every_way(event):
    assert BOOK.depending(touched_by([event]).concerns) == WHERES.keys()


def test_several_events_touch_what_each_of_them_does():
    events = [CustomerChanged(customer_id=new_id(), fields=(name,)) for name in ("city", "note")]

    assert BOOK.depending(touched_by(events).concerns) == CHANGED["city"]


def test_segments_come_after_what_they_mention_and_circles_nowhere():
    needs = {"a": {"b", "c"}, "b": {"c"}, "c": set(), "x": {"y"}, "y": {"x"}, "z": {"y", "c"}}

    assert order(needs) == [["c"], ["b"], ["a"]]
    assert circle(needs, "x") == ["x", "y", "x"]
    assert circle(needs, "a") is None
    assert circle({"s": {"s"}}, "s") == ["s", "s"]


def test_a_segment_that_is_being_built_is_not_looked_at():
    waiting = replace(BOOK.entries["city"], building="quiet")
    book = Book([waiting, BOOK.entries["on_top"]])

    assert book.ready == {"on_top"}
