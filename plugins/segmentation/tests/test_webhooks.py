"""Entering and leaving a segment reaches other systems: a real receiver, signed, in order."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from plugins.segmentation.tests.membership.town import Town, lives_in
from tests.webhooks.conftest import Receiver, deliver, endpoint
from tests.webhooks.conftest import receiver as receiver  # noqa: PLC0414 -- a fixture

from guanxi.platform import Platform
from guanxi.webhooks.jobs import send

KINDS = ("segmentation.SegmentEntered", "segmentation.SegmentLeft")


@pytest.fixture
def town(segmentation: Platform, receiver: Receiver, now: datetime) -> Town:
    """A town whose admin allowed calls to the receiver."""
    found = Town(segmentation, now)
    with found.write() as session:
        allowed = {"outbound_allowed": [f"127.0.0.1:{receiver.port}"]}
        segmentation.settings.change(session, "core", allowed)
    found.refresh()
    return found


def told(receiver: Receiver, secret: str) -> list[tuple[Any, ...]]:
    bodies = receiver.verified(secret)
    return [
        (one["type"], one["data"]["customer_id"], one["data"]["segment"], one["data"]["cause"])
        for one in bodies
    ]


def test_entering_and_leaving_reach_the_receiver(town: Town, receiver: Receiver) -> None:
    target, secret = endpoint(town.platform, receiver.url, *KINDS)
    town.built("yorkers", lives_in("York"))
    ann = town.person("Ann", city="York")
    town.deliver()
    town.change(ann, city="Bath")
    town.deliver()
    deliver(town.platform)

    send(town.platform, target)

    assert told(receiver, secret) == [
        (KINDS[0], str(ann), "yorkers", "changed"),
        (KINDS[1], str(ann), "yorkers", "changed"),
    ]


def test_hidden_quiet_and_newly_built_segments_tell_nobody(town: Town, receiver: Receiver) -> None:
    target, _ = endpoint(town.platform, receiver.url, *KINDS)
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    town.built("quiet", lives_in("Bath"), announce=False)
    town.built("settled", {"held": lives_in("Bath"), "for": "P7D"})
    town.change(ann, city="Bath")
    town.deliver()
    town.run("sweep", town.now + timedelta(days=1))
    deliver(town.platform)

    send(town.platform, target)

    kinds = [body for _, body in receiver.calls]
    assert len(kinds) == 1
    assert b'"segmentation.SegmentLeft"' in kinds[0]
    assert b'"yorkers"' in kinds[0]
