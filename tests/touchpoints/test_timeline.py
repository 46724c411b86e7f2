"""A customer's timeline: pages without gaps or doubles, with what plugins add."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.touchpoints.conftest import YESTERDAY, call, purchase

from guanxi.plugins.contract import TimelineEntry
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.reading import Filters, newest, timeline
from guanxi.touchpoints.domain.timeline import timeline_page

HOUR = timedelta(hours=1)


def recorded(write, customer_id, hours):
    """Record a call so many hours before yesterday, for each of ``hours``."""
    drafts = [call(customer_id=customer_id, occurred_at=YESTERDAY - HOUR * h) for h in hours]
    with write() as tx:
        return [result.id for result in record_many(tx, drafts, now=NOW)]


def plugin(hours, name="diary"):
    """Return a plugin with an entry so many hours before yesterday, for each of ``hours``."""

    def entries(before, limit):
        made = [TimelineEntry(YESTERDAY - HOUR * h, f"Entry {i}") for i, h in enumerate(hours)]
        wanted = [entry for entry in made if entry.at < before]
        return sorted(wanted, key=lambda entry: entry.at, reverse=True)[:limit]

    return Implementation(name, "slot_timeline_entries", entries, ("before", "limit"))


def active(*implementations):
    dispatcher = Dispatcher(implementations)
    dispatcher.activate([impl.plugin for impl in implementations])
    return dispatcher


def all_pages(session, dispatcher, customer_id, limit):
    """Walk through all pages and return their items."""
    items, place = [], None
    while True:
        page = timeline_page(session, dispatcher, customer_id, before=place, limit=limit)
        items += page.items
        if page.next is None:
            return items
        place = page.next


def test_only_the_customers_own_touchpoints_are_there(write, session, customer, other_customer):
    (mine,) = recorded(write, customer, [1])
    recorded(write, other_customer, [1])

    assert [found.id for found in timeline(session, customer)] == [mine]


def test_filters_narrow_the_timeline(write, session, customer):
    recorded(write, customer, [1])
    with write() as tx:
        record_many(tx, [purchase(customer_id=customer)], now=NOW)

    found = timeline(session, customer, filters=Filters(kind="purchase"))

    assert [touchpoint.kind for touchpoint in found] == ["purchase"]


@pytest.mark.parametrize("since_hours", [1, 2])
def test_range_includes_its_beginning_and_not_its_end(write, session, customer, since_hours):
    recorded(write, customer, [0, 1, 2])
    filters = Filters(since=YESTERDAY - HOUR * since_hours, until=YESTERDAY)

    assert len(newest(session, filters, limit=9)) == since_hours


def test_plugin_entries_stand_between_touchpoints(write, session, customer):
    recorded(write, customer, [1, 3])

    page = timeline_page(session, active(plugin([2])), customer, limit=9)

    assert [item.plugin for item in page.items] == ["", "diary", ""]


def test_filtered_timeline_has_touchpoints_only(write, session, customer):
    recorded(write, customer, [1, 3])
    wanted = Filters(customer_id=customer, kind="call")

    page = timeline_page(session, active(plugin([2])), customer, filters=wanted, limit=9)

    assert [item.plugin for item in page.items] == ["", ""]


def test_failing_plugin_is_named_and_the_rest_is_shown(write, session, customer):
    recorded(write, customer, [1])

    def broken():
        raise RuntimeError("out of order")

    dispatcher = active(Implementation("broken", "slot_timeline_entries", broken, ()), plugin([2]))
    page = timeline_page(session, dispatcher, customer, limit=9)

    assert (len(page.items), page.failed) == (2, ["broken"])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    touchpoints=st.lists(st.integers(0, 4), max_size=12),
    entries=st.lists(st.integers(0, 4), max_size=8),
    limit=st.integers(1, 5),
)
def test_pages_show_everything_once_and_in_order(write, session, touchpoints, entries, limit):
    from tests.touchpoints.conftest import new_customer  # noqa: PLC0415 -- one per example

    customer = new_customer(write, "Ada")
    ids = recorded(write, customer, touchpoints)
    dispatcher = active(_patient(entries))

    items = all_pages(session, dispatcher, customer, limit)

    assert sorted(i.touchpoint.id for i in items if i.touchpoint) == sorted(ids)
    titles = [i.entry.title for i in items if i.entry]
    assert sorted(titles) == sorted(f"Entry {i}" for i in range(len(entries)))
    assert all(newer.at >= older.at for newer, older in pairwise(items))


def _patient(hours):
    """A plugin that never has more entries at one instant than it is asked for."""
    implementation = plugin(hours)
    return Implementation(
        "diary",
        implementation.hook,
        lambda before: implementation.function(before, len(hours)),
        ("before",),
    )
