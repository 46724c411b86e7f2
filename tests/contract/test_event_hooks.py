"""Each event of the vocabulary reaches the hook that is meant for it, from the log."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from guanxi import events
from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Actor
from guanxi.events.vocabulary import (
    CORE_EVENTS,
    CustomerChanged,
    CustomerCreated,
    CustomerErased,
    CustomersMerged,
    Event,
    RewardExpired,
    RewardGranted,
    RewardRedeemed,
    RewardRequested,
    RewardReversed,
    TouchpointCorrected,
    TouchpointFacts,
    TouchpointRecorded,
)
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.plugins.implementations import hook_names
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.conformance.story import Story
from guanxi.testkit.plugin_folder import plugin_folder

ACTOR = Actor("system", "test")
DIARY = """
from dataclasses import dataclass
SEEN = []

@dataclass(frozen=True, kw_only=True)
class PageWritten(Event):
    kind = "diary.PageWritten"

@hookimpl
def register_events():
    return [PageWritten]

@hookimpl
def register_reward_kinds():
    return [RewardKind("points", Text("Points", "积分"))]
"""
NOTE = """
@hookimpl
def {hook}(session, events):
    SEEN.extend(("{hook}", type(event).__name__) for event in events)
"""
EVENT_HOOKS = [h for h in hook_names() if h.startswith("on_") and h != "on_replay_started"]


@pytest.fixture
def diary(tmp_path: Path, config: Config, database_url: str) -> Iterator[Platform]:
    """A platform with a plugin that notes what each of its event hooks was given."""
    config.home.mkdir(parents=True, exist_ok=True)
    with plugin_folder(tmp_path / "site") as folder:
        folder.add("diary", DIARY + "".join(NOTE.format(hook=hook) for hook in EVENT_HOOKS))
        platform = build_platform(replace(config, plugin_errors="strict"), database_url)
        platform.host.refresh_from(platform.database)
        enable(platform.database, platform.host, "diary", actor=ACTOR, now=utc_now())
        yield platform
        platform.database.dispose()


def examples(now: datetime) -> list[Event]:
    """One event of each kind of the core."""
    some, other = new_id(), new_id()
    facts = TouchpointFacts(channel="phone", kind="call", direction="in", occurred_at=now)
    points = {"reward_id": new_id(), "reward_kind": "points"}
    return [
        CustomerCreated(customer_id=some, customer_kind="person"),
        CustomerChanged(customer_id=some, fields=("note",)),
        CustomersMerged(customer_id=some, merged_id=other),
        CustomerErased(customer_id=some),
        TouchpointRecorded(customer_id=some, touchpoint_id=new_id(), touchpoint=facts),
        TouchpointCorrected(customer_id=some, touchpoint_id=new_id(), before=facts, after=None),
        RewardRequested(customer_id=some, **points, reason="birthday", source="test"),
        RewardGranted(customer_id=some, **points),
        RewardRedeemed(customer_id=some, **points),
        RewardReversed(customer_id=some, **points, reason="mistake"),
        RewardExpired(customer_id=some, **points),
    ]


def test_each_event_reaches_its_hook(diary: Platform, now: datetime) -> None:
    happened = examples(now)
    page_written, *_ = diary.host.events()
    with diary.database.write(ACTOR, now=now) as session:
        for event in (*happened, page_written()):
            events.append(session, event)

    Story(diary, "diary", now).deliver()

    plugin = diary.host.plugin("diary")
    assert plugin is not None
    seen = sys.modules[f"{plugin.found.entry_point.module}.hooks"].SEEN
    assert {type(event) for event in happened} == set(CORE_EVENTS)
    assert sorted(seen) == [
        ("on_customers_changed", "CustomerChanged"),
        ("on_customers_created", "CustomerCreated"),
        ("on_customers_erased", "CustomerErased"),
        ("on_customers_merged", "CustomersMerged"),
        ("on_plugin_events", "PageWritten"),
        ("on_rewards_changed", "RewardExpired"),
        ("on_rewards_changed", "RewardGranted"),
        ("on_rewards_changed", "RewardRedeemed"),
        ("on_rewards_changed", "RewardReversed"),
        ("on_rewards_requested", "RewardRequested"),
        ("on_touchpoints_corrected", "TouchpointCorrected"),
        ("on_touchpoints_recorded", "TouchpointRecorded"),
    ]
