"""Fulfil what the core asks for (满足奖励申请): points, coupons, gifts; each exactly once.

Points: ``amount`` of the unit ``unit``. Coupons: the detail names the ``set`` whose code is made
for the customer. Gifts: it names the ``reward`` of the catalogue. ``programme`` may be left out
where there is one only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Conflict,
    Event,
    Invalid,
    NotFound,
    Refused,
    RewardExpired,
    RewardKind,
    RewardRedeemed,
    RewardReversed,
    Text,
    rewards,
    write_context,
)
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask
from guanxi_loyalty.models import Fulfilment, Programme, RewardIssue, Transaction, Unit
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards.cancelling import cancel
from guanxi_loyalty.rewards.issuing import IssueAsk, redeem, reserve
from guanxi_loyalty.surprises.returning import taken_back
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.making import make_personal
from guanxi_loyalty.vouchers.sets import find_set

PLUGIN: Final = "loyalty"
KINDS: Final = (
    RewardKind("points", Text("Points", "积分"), unit="points"),
    RewardKind("coupon", Text("Coupon", "优惠券")),
    RewardKind("gift", Text("Gift", "礼品")),
)
_NAMES: Final = frozenset(kind.kind for kind in KINDS)
_CLOSE: Final = text(
    "UPDATE loyalty_fulfilments SET state = :state WHERE reward_id = :id AND state = 'given' "
    "RETURNING reward_id"
)
_BLOCK: Final = text("UPDATE loyalty_codes SET blocked = true WHERE id = :id AND used = 0")


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for a request: one of the three, and how the core may refer to it."""

    reference: str
    transaction_id: UUID | None = None
    code_id: UUID | None = None
    issue_id: UUID | None = None


def fulfil(session: Session, events: Sequence[Event]) -> None:
    """Answer requests: give what is asked for, or refuse with the reason."""
    now = write_context(session).now
    for event in events:
        if getattr(event, "reward_kind", None) not in _NAMES:
            continue
        reward = session.get(rewards.Reward, event.reward_id, populate_existing=True)  # type: ignore[attr-defined]
        if reward is not None and reward.state == "requested":
            _answer(session, reward, now)


def follow(session: Session, events: Sequence[Event]) -> None:
    """Take back what was given for rewards that were reversed; hand over redeemed gifts.

    Points and codes of a reward that ran out have run out by themselves at the same instant.
    """
    now = write_context(session).now
    for event in events:
        if isinstance(event, RewardReversed):
            take_back(session, event.reward_id, "taken_back", event.reason, now=now)
        elif isinstance(event, RewardExpired):
            take_back(session, event.reward_id, "run_out", "expired", now=now)
        elif isinstance(event, RewardRedeemed):
            _handed_over(session, event.reward_id, now)


def take_back(session: Session, reward_id: UUID, state: str, reason: str, *, now: datetime) -> bool:
    """Take back, once, what was given for a reward of the core; False if there is nothing.

    What cannot be taken back any more, such as a code that was used, stays with the customer.
    """
    if session.execute(_CLOSE, {"id": reward_id, "state": state}).scalar_one_or_none() is None:
        return False
    given = session.get_one(Fulfilment, reward_id, populate_existing=True)
    if given.transaction_id is not None and state == "taken_back":
        _reverse_points(session, given, now)
    if given.code_id is not None:
        session.execute(_BLOCK, {"id": given.code_id})
    if given.issue_id is not None:
        _cancel(session, given.issue_id, reason, now)
    return True


def keep(session: Session, reward: Any, programme_id: UUID, given: Given, *, now: datetime) -> bool:
    """Note what was given for a reward of the core; False if something was noted before."""
    values = {
        "reward_id": reward.id,
        "customer_id": reward.customer_id,
        "programme_id": programme_id,
        "kind": reward.kind,
        "transaction_id": given.transaction_id,
        "code_id": given.code_id,
        "issue_id": given.issue_id,
        "at": now,
    }
    added = insert(Fulfilment).values(values).on_conflict_do_nothing()
    return session.scalar(added.returning(Fulfilment.reward_id)) is not None


def _answer(session: Session, reward: Any, now: datetime) -> None:
    try:
        with session.begin_nested():
            programme = _programme(session, reward)
            given = _GIVERS[reward.kind](session, programme, reward, now)
            keep(session, reward, programme.id, given, now=now)
            rewards.grant(
                session, reward.id, now=now, fulfilled_by=PLUGIN, reference=given.reference
            )
    except (Refused, NotFound, Invalid, Conflict) as error:
        rewards.refuse(session, reward.id, str(error), now=now)


def _points(session: Session, programme: Programme, reward: Any, now: datetime) -> Given:
    amount = reward.amount
    if amount is None or amount != int(amount):
        raise Invalid(N_("Say how many points, as a whole number."))
    unit = ledger.load_unit(session, programme.key, reward.unit or "points")
    ask = Ask(unit, f"reward:{reward.id}", now, "reward", document=str(reward.id), actor=PLUGIN)
    ends = reward.expires_at
    receipt = ledger.earn(session, ask, reward.customer_id, int(amount), expires_at=ends)
    return Given(f"transaction:{receipt.transaction_id}", transaction_id=receipt.transaction_id)


def _coupon(session: Session, programme: Programme, reward: Any, now: datetime) -> Given:
    found = find_set(session, programme, str(reward.detail.get("set", "")))
    made = make_personal(session, found, reward.customer_id, now=now, valid_to=reward.expires_at)
    return Given(f"code:{found.key}/{made.serial}", code_id=made.id)


def _gift(session: Session, programme: Programme, reward: Any, now: datetime) -> Given:
    ask = IssueAsk(programme, f"reward:{reward.id}", now, "reward", PLUGIN)
    key = str(reward.detail.get("reward", ""))
    taken = reserve(session, ask, reward.customer_id, key, free=True)
    return Given(f"issue:{taken.issue.id}", issue_id=taken.issue.id)


_GIVERS: Final = {"points": _points, "coupon": _coupon, "gift": _gift}


def _programme(session: Session, reward: Any) -> Programme:
    named = reward.detail.get("programme")
    if named:
        return find_programme(session, str(named))
    found = session.scalars(select(Programme).order_by(Programme.key).limit(2)).all()
    if len(found) != 1:
        raise Invalid(N_("Say in the detail which programme is meant."))
    return found[0]


def _reverse_points(session: Session, given: Fulfilment, now: datetime) -> None:
    programme = session.get_one(Programme, given.programme_id)
    unit_key = session.scalars(
        select(Unit.key)
        .join(Transaction, Transaction.unit_id == Unit.id)
        .where(Transaction.id == given.transaction_id)
    ).one()
    unit = ledger.load_unit(session, programme.key, unit_key)
    ask = Ask(unit, f"reward:{given.reward_id}:back", now, "reward", actor=PLUGIN)
    ledger.reverse(session, ask, given.transaction_id, customer_id=given.customer_id)  # type: ignore[arg-type]


def _cancel(session: Session, issue_id: UUID, reason: str, now: datetime) -> None:
    try:
        with session.begin_nested():
            cancel(session, issue_id, reason, now=now, by=PLUGIN)
            taken_back(session, issue_id, now=now)
    except (Refused, Conflict):
        """It was used, or went back by itself: nothing is left to take."""


def _handed_over(session: Session, reward_id: UUID, now: datetime) -> None:
    wanted = (
        select(RewardIssue.id)
        .join(Fulfilment, Fulfilment.issue_id == RewardIssue.id)
        .where(Fulfilment.reward_id == reward_id, RewardIssue.state == "reserved")
    )
    issue_id = session.scalar(wanted)
    if issue_id is not None:
        try:
            with session.begin_nested():
                redeem(session, issue_id, now=now)
        except Conflict:
            """It waited too long and has gone back."""
