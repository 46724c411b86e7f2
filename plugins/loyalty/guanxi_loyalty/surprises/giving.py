"""Give a surprise: out of the budget, out of the catalogue, and known to the core as a reward."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from babel.numbers import get_currency_precision
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Refused, new_id, rewards
from guanxi_loyalty.models import CatalogueReward, Programme, RewardIssue, Surprise
from guanxi_loyalty.rewards.catalogue import find_reward
from guanxi_loyalty.rewards.fulfilling import PLUGIN, Given, keep, take_back
from guanxi_loyalty.rewards.issuing import IssueAsk, Taken, reserve
from guanxi_loyalty.surprises.budgets import spend
from guanxi_loyalty.texts import N_

SOURCE = "loyalty.surprise"


@dataclass(frozen=True, slots=True)
class Surprised:
    """A surprise given, with the code that it brought, if any; the code is seen once."""

    surprise: Surprise
    code: str | None
    replayed: bool = False


def give_surprise(
    session: Session,
    ask: IssueAsk,
    staff_id: UUID,
    customer_id: UUID,
    key: str,
    *,
    reason: str,
) -> Surprised:
    """Give a customer the reward ``key`` of the catalogue, at the expense of ``staff_id``.

    :raises Refused: it is no surprise, sold out, or more than is left of the month's budget.
    :raises NotFound: there is no such reward.
    :raises Conflict: the key was used for another surprise.
    """
    reward = find_reward(session, ask.programme, key)
    if not reward.surprise:
        raise Refused(N_("This reward is not meant as a surprise."))
    own = IssueAsk(ask.programme, f"surprise:{ask.key}", ask.now, SOURCE, ask.actor)
    taken = reserve(session, own, customer_id, key, free=True)
    if taken.replayed:
        return _first(session, taken, staff_id)
    month = spend(session, ask.programme, staff_id, reward.cost, now=ask.now)
    core_reward_id = _tell_core(session, own, reward, taken.issue, reason)
    surprise = Surprise(
        id=new_id(),
        programme_id=ask.programme.id,
        key=ask.key,
        customer_id=customer_id,
        staff_id=staff_id,
        month=month,
        cost=reward.cost,
        issue_id=taken.issue.id,
        core_reward_id=core_reward_id,
        reason=reason.strip() or None,
        given_at=ask.now,
    )
    session.add(surprise)
    session.flush()
    return Surprised(surprise, taken.code)


def take_surprise_back(session: Session, surprise: Surprise, ask: IssueAsk, reason: str) -> None:
    """Take a surprise back; the budget of its month is free again. Again changes nothing.

    :raises Refused: it was used already.
    """
    if surprise.state != "given":
        return
    take_back(session, surprise.core_reward_id, "taken_back", reason, now=ask.now)
    session.refresh(surprise)
    if surprise.state == "given":
        raise Refused(N_("It was used already, so it stays with the customer."))
    rewards.reverse(session, surprise.core_reward_id, reason, now=ask.now)


def _tell_core(
    session: Session,
    ask: IssueAsk,
    reward: CatalogueReward,
    issue: RewardIssue,
    reason: str,
) -> UUID:
    cost = _money(ask.programme, reward.cost)
    draft = rewards.RewardDraft(
        customer_id=issue.customer_id,
        kind="gift",
        reason=reason.strip() or reward.title_en,
        source=SOURCE,
        idempotency_key=f"{ask.programme.key}:{ask.key}",
        amount=cost,
        unit=ask.programme.currency if cost else None,
        detail={"programme": ask.programme.key, "reward": reward.key},
    )
    made = rewards.request(session, draft, now=ask.now)
    given = Given(f"issue:{issue.id}", issue_id=issue.id)
    granted = rewards.grant(
        session, made.id, now=ask.now, fulfilled_by=PLUGIN, reference=given.reference
    )
    keep(session, granted, ask.programme.id, given, now=ask.now)
    return made.id


def _money(programme: Programme, minor: int) -> Decimal | None:
    places = get_currency_precision(programme.currency)
    return Decimal(minor).scaleb(-places) if minor else None


def _first(session: Session, taken: Taken, staff_id: UUID) -> Surprised:
    found = session.scalars(select(Surprise).where(Surprise.issue_id == taken.issue.id)).one()
    if found.staff_id != staff_id:
        raise Conflict(N_("This key was used by somebody else before. Take a new one."))
    return Surprised(found, None, replayed=True)
