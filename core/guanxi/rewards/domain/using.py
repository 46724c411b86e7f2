"""What happens to a granted reward: redeemed (核销), wholly or in part; taken back; expired."""

from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from guanxi import events
from guanxi.events.vocabulary import RewardExpired, RewardRedeemed, RewardReversed
from guanxi.rewards.domain.faults import InvalidReward, NotEnoughLeft, WrongState
from guanxi.rewards.domain.fulfilling import checked_reason
from guanxi.rewards.domain.states import TRANSITIONS
from guanxi.rewards.domain.stepping import explain, found, note, take
from guanxi.rewards.models import Reward
from guanxi.touchpoints.domain.lines import fits


def redeem(
    session: Session,
    reward_id: UUID,
    amount: Decimal | None = None,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Reward:
    """Use a granted reward: ``amount`` of it, or without an amount all that is left.

    A reward of which something is left stays granted.

    :raises NoSuchReward, PreconditionFailed: as in ``stepping``.
    :raises NotEnoughLeft: more was asked for than is left.
    :raises WrongState: it is not granted (any more), or has run out.
    """
    if amount is not None and not (fits(amount) and amount > 0):
        raise InvalidReward("Redeem an amount above zero.", field="amount")
    used = _left(found(session, reward_id, lock=True)) if amount is None else amount
    reward = take(
        session,
        reward_id,
        "redeem",
        {} if used is None else _used(used),
        now=now,
        expected_version=expected_version,
        only_if=(
            or_(Reward.expires_at.is_(None), Reward.expires_at > now),
            Reward.amount.is_(None)
            if used is None
            else Reward.redeemed_amount + used <= Reward.amount,
        ),
    )
    if reward is None:
        _explain(found(session, reward_id), used, now, expected_version)
    events.append(
        session,
        RewardRedeemed(
            customer_id=reward.customer_id,
            reward_id=reward.id,
            reward_kind=reward.kind,
            amount=used,
        ),
    )
    earlier = reward.redeemed_amount - (used or 0)
    before = {"state": "granted", "redeemed_amount": earlier}
    note(session, reward, "redeemed", before, "redeemed_amount")
    return reward


def reverse(
    session: Session,
    reward_id: UUID,
    reason: str,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Reward:
    """Take a granted or redeemed reward back, with the reason.

    What was redeemed of it stays written down; the plugin that gave it settles the rest.

    :raises NoSuchReward, PreconditionFailed, WrongState: as in ``stepping``.
    """
    reason = checked_reason(reason)
    was = found(session, reward_id, lock=True).state
    values = {"state_reason": reason}
    reward = take(session, reward_id, "reverse", values, now=now, expected_version=expected_version)
    if reward is None:
        explain(found(session, reward_id), expected_version)
    events.append(
        session,
        RewardReversed(
            customer_id=reward.customer_id,
            reward_id=reward.id,
            reward_kind=reward.kind,
            reason=reason,
        ),
    )
    note(session, reward, "reversed", {"state": was}, "state_reason")
    return reward


def expire_due(session: Session, now: datetime, *, limit: int = 1_000) -> int:
    """Expire up to ``limit`` granted rewards whose time has come; return how many.

    Call it, a transaction each time, until it returns 0. What others are working on is skipped
    and comes next time.
    """
    due = session.scalars(
        select(Reward.id)
        .where(Reward.state.in_(TRANSITIONS["expire"].sources), Reward.expires_at <= now)
        .order_by(Reward.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for reward_id in due:
        reward = take(session, reward_id, "expire", {}, now=now)
        if reward is not None:
            _announce_expiry(session, reward)
    return len(due)


def _announce_expiry(session: Session, reward: Reward) -> None:
    events.append(
        session,
        RewardExpired(customer_id=reward.customer_id, reward_id=reward.id, reward_kind=reward.kind),
    )
    note(session, reward, "expired", {"state": "granted"})


def _left(reward: Reward) -> Decimal | None:
    return None if reward.amount is None else reward.amount - reward.redeemed_amount


def _used(amount: Decimal) -> dict[str, Any]:
    total = Reward.redeemed_amount + amount
    return {
        "redeemed_amount": total,
        "state": case((total == Reward.amount, "redeemed"), else_="granted"),
    }


def _explain(
    reward: Reward, used: Decimal | None, now: datetime, expected_version: int | None
) -> NoReturn:
    stale = expected_version is not None and reward.version != expected_version
    if stale or reward.state != "granted":
        explain(reward, expected_version)
    if reward.expires_at is not None and reward.expires_at <= now:
        raise WrongState("This reward has run out.")
    left = _left(reward)
    if left is None:
        raise InvalidReward("This reward has no amount; it is redeemed as a whole.", field="amount")
    raise NotEnoughLeft(
        "Only %(left)s of this reward are left, not %(amount)s.", left=left, amount=used
    )
