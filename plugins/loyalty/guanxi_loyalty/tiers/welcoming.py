"""The voucher on reaching a tier (升级礼): asked of the core, which gives it once.

Each change is known by its place in the log, so a log that is read again gives nothing again.
Where the purchase that led to a tier is taken back, an unused voucher goes back too.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Event, Invalid, NotFound, Refused, rewards, write_context
from guanxi_loyalty.events import TierChanged
from guanxi_loyalty.models import Programme
from guanxi_loyalty.texts import N_
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.policy import Policy, Tier

SOURCE: Final = "loyalty.tier"
_MOST_REASON: Final = 500


def welcome(session: Session, events: Sequence[Event]) -> None:
    """Ask for what is given on reaching a tier, or take it back."""
    for event in events:
        if isinstance(event, TierChanged) and event.customer_id is not None:
            policy = _policy(session, event)
            if policy is not None and event.cause == "reached":
                _give(session, event, event.customer_id, policy)
            elif policy is not None and event.cause == "taken_back":
                _take_back(session, event, event.customer_id, policy)


def _policy(session: Session, event: TierChanged) -> Policy | None:
    programme = session.scalar(select(Programme).where(Programme.key == event.programme))
    book = tiers_of(session, programme) if programme is not None else None
    return book.in_force(event.at) if book is not None else None


def _give(session: Session, event: TierChanged, customer_id: UUID, policy: Policy) -> None:
    tier = next((one for one in policy.tiers if one.key == event.after), None)
    if tier is None or tier.voucher is None:
        return
    draft = rewards.RewardDraft(
        customer_id=customer_id,
        kind="coupon",
        reason=_reason(tier),
        source=SOURCE,
        idempotency_key=f"{event.programme}:{event.position}",
        detail={
            "programme": event.programme,
            "set": tier.voucher,
            "tier": tier.key,
            "position": event.position,
        },
    )
    try:
        with session.begin_nested():
            rewards.request(session, draft, now=write_context(session).now)
    except (Invalid, NotFound, Refused):
        """The customer was erased since, or a plugin says no: there is nothing to give."""


def _take_back(session: Session, event: TierChanged, customer_id: UUID, policy: Policy) -> None:
    keys = [tier.key for tier in policy.tiers]
    lost = keys[keys.index(event.after) + 1 :] if event.after in keys else []
    reward, now = rewards.Reward, write_context(session).now
    given = session.scalars(
        select(reward)
        .where(
            reward.customer_id == customer_id,
            reward.source == SOURCE,
            reward.state.in_(("requested", "granted")),
        )
        .execution_options(populate_existing=True)
    ).all()
    for one in given:
        detail = one.detail
        if detail["programme"] != event.programme or detail["tier"] not in lost:
            continue
        if detail["position"] > event.position:
            continue
        undo = rewards.refuse if one.state == "requested" else rewards.reverse
        undo(session, one.id, N_("What led to this tier was taken back."), now=now)


def _reason(tier: Tier) -> str:
    return f"{tier.title_en} · {tier.title_zh}"[:_MOST_REASON]
