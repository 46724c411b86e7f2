"""Plugins as readers: enabled, disabled, failing, fulfilling rewards."""

import pytest
from tests.delivery.notebook import changed, neighbours
from tests.delivery.plugin import CHOOSY, FAILING, READING

from guanxi import events
from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.delivery.at_work import ReadersAtWork, find_reader
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.replay import replay
from guanxi.events.vocabulary import CustomerCreated, RewardRequested
from guanxi.ids import new_id
from guanxi.plugins import lifecycle
from guanxi.plugins.states import PluginState

ACTOR = Actor("system", "test")


def switch(platform, name="sample", *, on=True):
    act = lifecycle.enable if on else lifecycle.disable
    act(platform.database, platform.host, name, actor=ACTOR, now=utc_now())


def delivery_of(platform):
    at_work = ReadersAtWork(platform)
    delivery = Delivery(
        platform.database,
        platform.vocabulary,
        dispatcher=platform.dispatcher,
        quarantine=at_work.quarantine,
    )
    return lambda: delivery.drain(at_work())


@pytest.fixture
def deliver(folder, open_platform):
    folder.add("sample", READING)
    platform = open_platform()
    return platform, delivery_of(platform)


def test_an_enabled_plugin_gets_the_whole_history(deliver, append, notebook):
    platform, drain = deliver
    append(changed(new_id(), "long ago"))

    switch(platform)
    drain()

    assert notebook.notes("sample") == ["long ago"]


def test_a_plugin_says_how_many_events_come_at_a_time_and_which_never_do(
    folder, open_platform, append, notebook
):
    folder.add("sample", READING + CHOOSY)
    platform = open_platform()
    switch(platform)
    usual = neighbours(20)
    append(*(changed(one, str(number)) for number, one in enumerate(usual)))
    append(CustomerCreated(customer_id=usual[0], customer_kind="person"))

    reader = ReadersAtWork(platform)().of("sample")
    delivery_of(platform)()

    assert (reader.batch, "CustomerCreated" in reader.kinds) == (10, False)
    assert sorted(notebook.notes("sample"), key=int) == [str(number) for number in range(20)]


def test_a_disabled_plugin_gets_nothing_and_catches_up_later(deliver, append, notebook):
    platform, drain = deliver
    switch(platform)
    switch(platform, on=False)
    append(changed(new_id(), "meanwhile"))
    drain()
    asleep = notebook.notes("sample")

    switch(platform)
    drain()

    assert asleep == []
    assert notebook.notes("sample") == ["meanwhile"]


def test_a_plugin_is_replayed_through_its_hook(deliver, append, notebook, write):
    platform, drain = deliver
    switch(platform)
    append(changed(new_id(), "a"))
    drain()

    with write() as session:
        replay(session, find_reader(platform, "sample"))
    drain()

    assert notebook.notes("sample") == ["a"]


def test_the_core_reads_for_its_facts(platform):
    assert "core.facts" in ReadersAtWork(platform)().readers


def test_a_plugin_that_is_not_at_work_is_found_all_the_same(deliver):
    platform, _ = deliver
    switch(platform)
    switch(platform, on=False)

    assert find_reader(platform, "sample").name == "sample"
    assert find_reader(platform, "nobody") is None


def test_a_plugin_that_fails_for_everybody_is_quarantined_with_the_cause(
    folder, open_platform, append
):
    folder.add("sample", FAILING)
    platform = open_platform()
    switch(platform)
    append(*[changed(customer, "a") for customer in neighbours(25)])

    delivery_of(platform)()

    assert platform.host.state("sample") is PluginState.QUARANTINED
    assert "sample" not in ReadersAtWork(platform)().readers


def test_time_and_failures_of_handlers_are_measured(deliver, append, notebook):
    platform, drain = deliver
    switch(platform)
    append(changed(new_id(), "a"))

    drain()

    timings = platform.dispatcher.timings.take()
    assert sum(timings["sample", "on_customers_changed"].buckets) == 1


FULFILLING = """
from sqlalchemy import text

@hookimpl
def register_reward_kinds():
    return [RewardKind("points", Text("Points", "Points"))]

@hookimpl
def on_rewards_requested(session, events):
    for event in events:
        session.execute(
            text("INSERT INTO seen (reader, note) VALUES ('sample', :n)"), {"n": event.reward_kind}
        )
"""


def test_only_requests_of_registered_kinds_reach_a_plugin(folder, open_platform, append, notebook):
    folder.add("sample", FULFILLING)
    platform = open_platform()
    switch(platform)
    append(
        *[
            RewardRequested(
                customer_id=new_id(), reward_id=new_id(), reward_kind=kind, reason="r", source="s"
            )
            for kind in ("coupon", "points")
        ]
    )

    delivery_of(platform)()

    assert notebook.notes("sample") == ["points"]


OWN_EVENTS = """
from dataclasses import dataclass
from sqlalchemy import text

@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    kind = "sample.Happened"
    what: str

@hookimpl
def register_events():
    return [Happened]

@hookimpl
def on_plugin_events(session, events):
    for event in events:
        session.execute(
            text("INSERT INTO seen (reader, note) VALUES ('sample', :n)"), {"n": event.what}
        )
"""


def test_events_that_plugins_define_reach_plugins(folder, open_platform, notebook, write):
    folder.add("sample", OWN_EVENTS)
    platform = open_platform()
    switch(platform)
    (happened,) = platform.host.events()
    with write() as session:
        events.append(session, happened(customer_id=new_id(), what="a wedding"))

    delivery_of(platform)()

    assert notebook.notes("sample") == ["a wedding"]
