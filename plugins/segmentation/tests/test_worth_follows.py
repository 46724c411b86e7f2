"""Values, scores and classes follow the event itself: recorded, voided, rewarded, merged."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from guanxi.clock import utc_now
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.platform import Platform
from guanxi.sdk import rewards
from guanxi.testkit.conformance.story import ACTOR, Story
from guanxi.touchpoints.domain.corrections import void
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_segmentation import pipeline, rfm
from guanxi_segmentation.models import CustomerValue, KeyAccount
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.domain import change_scheme
from guanxi_segmentation.schemes.presets import ensure_ready_made

OPTIONS = {
    "present": "segmentation.observed_value", "by": "value", "present_at": 100,
    "potential_at": 100, "minimum_stay_days": 0,
}  # fmt: skip
Act = Callable[[Callable[[Any], Any]], Any]


@pytest.fixture
def story(segmentation: Platform) -> Story:
    """The two schemes, built, and fixed thresholds so that one customer can be scored at once."""
    found = Story(segmentation, "segmentation", utc_now())
    with segmentation.database.write(ACTOR, now=found.now) as session:
        segmentation.settings.change(session, "segmentation", {"rfm_convention": "fixed"})
    segmentation.host.refresh_from(segmentation.database)
    with segmentation.database.write(ACTOR, now=found.now) as session:
        ensure_ready_made(session, now=found.now)
        change_scheme(session, "tiers", {"options": OPTIONS}, now=found.now)
        pipeline.refresh(session, None, as_of=found.now)
    segmentation.host.refresh_from(segmentation.database)
    return found


@pytest.fixture
def act(story: Story) -> Act:
    """Do something in a transaction of its own, and let segmentation hear of it."""

    def done(what: Callable[[Any], Any]) -> Any:
        platform = story.platform
        with platform.database.write(
            ACTOR, now=utc_now(), dispatcher=platform.dispatcher
        ) as session:
            answer = what(session)
        story.deliver()
        return answer

    return done


def new(act: Act, name: str) -> UUID:
    return act(lambda s: create_customer(s, CustomerDraft(name=name), now=utc_now()).id)


def order(act: Act, one: UUID, amount: int) -> UUID:
    draft = Draft(
        channel="store", kind="purchase", occurred_at=utc_now() - timedelta(minutes=1),
        customer_id=one, amount=Decimal(amount), currency="GBP",
    )  # fmt: skip
    return act(lambda s: record(s, draft, now=utc_now()).id)


def state(story: Story, one: UUID) -> tuple[Any, ...]:
    with story.platform.database.read() as session:
        worth = session.get(CustomerValue, one)
        score = rfm.score_of(session, one)
        tier = history.class_at(session, "tiers", one, utc_now())
        return (
            worth and worth.observed, worth and worth.net, score and (score.r, score.f, score.m),
            tier and tier.key,
        )  # fmt: skip


def test_an_order_counts_at_once_and_no_more_when_it_is_voided(story: Story, act: Act) -> None:
    one = new(act, "Anna")
    before = state(story, one)
    touchpoint = order(act, one, 300)
    bought = state(story, one)
    act(lambda s: void(s, touchpoint, "A mistake", now=utc_now()))

    assert before == (0, 0, (1, 1, 1), "general")
    assert bought == (300, 300, (5, 1, 3), "core")
    assert state(story, one) == before


def test_a_granted_reward_costs_at_once(story: Story, act: Act) -> None:
    one = new(act, "Anna")
    order(act, one, 300)

    def give(session: Any) -> None:
        draft = rewards.RewardDraft(
            customer_id=one, kind="coupon", amount=Decimal(20), unit="GBP", reason="Thanks",
            source="test", idempotency_key="1",
        )  # fmt: skip
        found = rewards.request(session, draft, now=utc_now())
        rewards.grant(session, found.id, fulfilled_by="test", now=utc_now())

    act(give)

    assert state(story, one)[:2] == (300, 280)


def test_merged_customers_are_one_and_two_again(story: Story, act: Act) -> None:
    kept, merged = new(act, "Anna"), new(act, "Anne")
    order(act, kept, 60)
    order(act, merged, 70)
    before = [state(story, one) for one in (kept, merged)]

    merge = act(lambda s: merge_customers(s, kept, merged, now=utc_now()).id)
    one = [state(story, one) for one in (kept, merged)]
    act(lambda s: unmerge_customers(s, merge, now=utc_now()))

    assert [found[3] for found in before] == ["general", "general"]
    assert one == [(130, 130, (5, 2, 2), "core"), (None, None, None, None)]
    assert [state(story, one)[:3] for one in (kept, merged)] == [found[:3] for found in before]
    assert state(story, merged)[3] == "general"


def test_a_replay_changes_nothing(story: Story, act: Act) -> None:
    one = new(act, "Anna")
    order(act, one, 300)
    before = state(story, one)
    with story.platform.database.read() as session:
        stays = history.stays_of(session, one)
        edges = [(s.entered_at, s.left_at) for s in stays]

    story.replay()

    with story.platform.database.read() as session:
        assert [(s.entered_at, s.left_at) for s in history.stays_of(session, one)] == edges
        assert list(session.scalars(select(KeyAccount))) == []
    assert state(story, one) == before
