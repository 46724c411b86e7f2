"""The voucher on reaching a tier: given once for each change, and back when that is taken back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.tiers.test_folding import TIERS
from plugins.loyalty.tests.vouchers.shop import Shop
from sqlalchemy import select, text

from guanxi.events.models import EventRow
from guanxi.sdk import Event, rewards
from guanxi_loyalty.rewards import fulfilling
from guanxi_loyalty.tiers.welcoming import welcome

DAY = timedelta(days=1)
KINDS = ("loyalty.TierChanged", "RewardRequested", "RewardReversed")


@pytest.fixture
def members(club: Club) -> Club:
    """A club whose silver members get a voucher."""
    with club.write() as session:
        Shop(session, club.now).set(None, key="hello")
    silver = {**TIERS[1], "voucher": "hello"}
    club.tiers(tiers=[TIERS[0], silver, TIERS[2]], downgrade="at_once")
    club.rule("tier", unit="qualifying")
    return club


def log(club: Club) -> list[Event]:
    """Return all events of the log that matter here."""
    with club.platform.database.read() as session:
        rows = session.scalars(
            select(EventRow).where(EventRow.kind.in_(KINDS)).order_by(EventRow.position)
        )
        decode = club.platform.vocabulary.decode
        return [
            decode(row.kind, row.payload, customer_id=row.customer_id, position=row.position)
            for row in rows
        ]


def deliver(club: Club, after: int = 0) -> None:
    """Hand the log after a position to the three readers, until nothing new comes of it."""
    while events := [one for one in log(club) if one.position > after]:
        after = max(one.position for one in events)
        with club.write() as session:
            welcome(session, events)
            fulfilling.fulfil(session, events)
            fulfilling.follow(session, events)


def given(club: Club) -> Sequence[tuple[str, str]]:
    with club.platform.database.read() as session:
        found = select(rewards.Reward.kind, rewards.Reward.state).order_by(rewards.Reward.id)
        return [(kind, state) for kind, state in session.execute(found)]


def codes(club: Club) -> Any:
    """Return whose the codes are, and whether they are blocked."""
    with club.platform.database.read() as session:
        rows = session.execute(text("SELECT customer_id, blocked FROM loyalty_codes ORDER BY id"))
        return [tuple(row) for row in rows]


def silver(club: Club) -> UUID:
    ann = club.person()
    club.buy(ann, "120", occurred_at=club.now - 3 * DAY)
    club.read()
    return ann


def test_whoever_reaches_a_tier_gets_its_voucher_once(members: Club) -> None:
    ann = silver(members)

    deliver(members)
    deliver(members)

    assert (given(members), codes(members)) == ([("coupon", "granted")], [(ann, False)])


def test_a_tier_without_a_voucher_gives_nothing(members: Club) -> None:
    ann = members.person()
    members.buy(ann, "5000")
    members.read()

    deliver(members)

    assert members.standing(ann).tier == TIERS[2]["key"]
    assert given(members) == []


def test_a_return_takes_the_unused_voucher_back_and_the_next_purchase_gives_another(
    members: Club,
) -> None:
    ann = silver(members)
    deliver(members)

    members.bring_back(ann, "120", occurred_at=members.now - 2 * DAY)
    members.read()
    deliver(members)
    returned = (given(members), codes(members))
    members.buy(ann, "130", occurred_at=members.now - DAY)
    members.read()
    deliver(members)
    deliver(members)

    assert returned == ([("coupon", "reversed")], [(ann, True)])
    assert given(members) == [("coupon", "reversed"), ("coupon", "granted")]
    assert codes(members) == [(ann, True), (ann, False)]
