"""A member takes a reward: reserved (预留) and paid with points, then handed over (兑付).

A row per key makes it happen once. Locks are taken in one order: the issue, the member's account,
the member's count, the reward.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, NotFound, Refused, new_id
from guanxi_loyalty import gift_cards, ledger
from guanxi_loyalty.counting import count_use
from guanxi_loyalty.ledger import Ask, UnitFacts
from guanxi_loyalty.models import CatalogueReward, CodeSet, Programme, RewardIssue, Unit
from guanxi_loyalty.rewards.catalogue import find_reward
from guanxi_loyalty.rewards.pricing import Price, price_of, tier_of
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.making import make_personal

_TAKE_STOCK = text(
    "UPDATE loyalty_rewards SET stock = stock - 1 "
    "WHERE id = :id AND state = 'active' AND stock > 0 RETURNING id"
)
AT_ONCE = ("code", "card", "points")
"""What is handed over in the moment it is taken."""


@dataclass(frozen=True, slots=True)
class IssueAsk:
    """What is told when a reward is taken; ``key`` makes that happen once."""

    programme: Programme
    key: str
    now: datetime
    source: str
    actor: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A reward taken. ``code`` is seen this once; None where the key was used before."""

    issue: RewardIssue
    code: str | None = None
    replayed: bool = field(default=False, compare=False)


def reserve(
    session: Session, ask: IssueAsk, customer_id: UUID, key: str, *, free: bool = False
) -> Taken:
    """Take the reward ``key`` out of the catalogue for a member, who pays its points now.

    Codes, gift cards and points are handed over at once, other things by :func:`redeem`.

    :param free: it is given: neither points nor money are asked for.
    :raises NotFound: there is no such reward.
    :raises Refused: it is not on offer, sold out, taken too often, or there are too few points.
    :raises Conflict: the key was used for another reward or member.
    """
    reward = find_reward(session, ask.programme, key)
    tier = tier_of(session, ask.programme.id, customer_id)
    price = Price(0, 0) if free else price_of(reward, tier)
    issue = _claim(session, ask, reward, customer_id, (tier, price))
    if issue is None:
        return _first(session, ask, reward, customer_id)
    _check_offer(reward, ask.now, free=free)
    if price.points:
        spending = _ledger_ask(session, ask, reward, issue)
        receipt = ledger.redeem(session, spending, customer_id, price.points)
        issue.transaction_id = receipt.transaction_id
    if reward.customer_limit is not None:
        issue.counted = True
        if not count_use(session, reward.id, customer_id, reward.customer_limit):
            raise Refused(N_("This reward was taken as often as one may."))
    if reward.stock is not None:
        issue.took_stock = True
        if session.execute(_TAKE_STOCK, {"id": reward.id}).scalar_one_or_none() is None:
            raise Refused(N_("This reward is sold out."))
    code = _hand_over(session, ask, reward, issue) if reward.gives in AT_ONCE else None
    session.flush()
    return Taken(issue, code)


def redeem(session: Session, issue_id: UUID, *, now: datetime) -> RewardIssue:
    """Hand a reserved reward over; doing it again changes nothing.

    :raises NotFound: no such reward was taken.
    :raises Conflict: it was cancelled, or has waited too long.
    """
    statement = (
        update(RewardIssue)
        .where(
            RewardIssue.id == issue_id,
            RewardIssue.state == "reserved",
            RewardIssue.expires_at > now,
        )
        .values(state="redeemed", redeemed_at=now)
        .returning(RewardIssue.id)
    )
    changed = session.scalar(statement)
    issue = find_issue(session, issue_id)
    if changed is None and issue.state != "redeemed":
        raise Conflict(N_("This reward was cancelled, or waited too long to be fetched."))
    return issue


def find_issue(session: Session, issue_id: UUID) -> RewardIssue:
    """Return a reward taken, as it stands now.

    :raises NotFound: no such reward was taken.
    """
    issue = session.get(RewardIssue, issue_id, populate_existing=True)
    if issue is None:
        raise NotFound(N_("No such reward was taken."))
    return issue


def unit_of(session: Session, programme: Programme, reward: CatalogueReward) -> UnitFacts:
    """Return the unit that a reward is paid in."""
    key = session.scalars(select(Unit.key).where(Unit.id == reward.unit_id)).one()
    return ledger.load_unit(session, programme.key, key)


def _claim(
    session: Session,
    ask: IssueAsk,
    reward: CatalogueReward,
    customer_id: UUID,
    terms: tuple[str | None, Price],
) -> RewardIssue | None:
    tier, price = terms
    values: dict[str, Any] = {
        "id": new_id(),
        "programme_id": ask.programme.id,
        "reward_id": reward.id,
        "customer_id": customer_id,
        "key": ask.key,
        "tier": tier,
        "points": price.points,
        "money": price.money,
        "cost": reward.cost,
        "source": ask.source,
        "actor_name": ask.actor,
        "reserved_at": ask.now,
        "expires_at": ask.now + timedelta(days=max(reward.keep_days, 1)),
    }
    added = (
        insert(RewardIssue)
        .values(values)
        .on_conflict_do_nothing(index_elements=["programme_id", "key"])
    )
    return session.scalars(added.returning(RewardIssue)).one_or_none()


def _first(session: Session, ask: IssueAsk, reward: CatalogueReward, customer_id: UUID) -> Taken:
    wanted = select(RewardIssue).where(
        RewardIssue.programme_id == ask.programme.id, RewardIssue.key == ask.key
    )
    found = session.scalars(wanted).one()
    if (found.reward_id, found.customer_id) != (reward.id, customer_id):
        raise Conflict(
            N_("The key %(key)s was used for another request before. Take a new one."), key=ask.key
        )
    return Taken(found, replayed=True)


def _check_offer(reward: CatalogueReward, now: datetime, *, free: bool) -> None:
    early = reward.valid_from is not None and now < reward.valid_from
    late = reward.valid_to is not None and now >= reward.valid_to
    given_only = reward.gives == "points" and not free
    if reward.state != "active" or early or late or given_only:
        raise Refused(N_("This reward is not on offer now."))


def _ledger_ask(
    session: Session, ask: IssueAsk, reward: CatalogueReward, issue: RewardIssue
) -> Ask:
    return Ask(
        unit=unit_of(session, ask.programme, reward),
        key=f"issue:{issue.id}",
        now=ask.now,
        source=ask.source,
        document=f"reward:{reward.key}",
        actor=ask.actor,
    )


def _hand_over(
    session: Session, ask: IssueAsk, reward: CatalogueReward, issue: RewardIssue
) -> str | None:
    issue.state, issue.redeemed_at = "redeemed", ask.now
    if reward.gives == "points":
        earning = _ledger_ask(session, ask, reward, issue)
        receipt = ledger.earn(session, earning, issue.customer_id, reward.value)
        issue.transaction_id = receipt.transaction_id
        return None
    if reward.gives == "code":
        code_set = session.get_one(CodeSet, reward.code_set_id)
        made = make_personal(session, code_set, issue.customer_id, now=ask.now)
        issue.code_id = made.id
        return made.code
    card_ask = gift_cards.CardAsk(ask.programme, f"issue:{issue.id}", ask.now, ask.actor)
    card = gift_cards.issue(session, card_ask, reward.value, customer_id=issue.customer_id)
    issue.card_id = card.card_id
    return card.code
