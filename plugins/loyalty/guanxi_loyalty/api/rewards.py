"""Rewards: the catalogue, and what members take out of it at the till."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import NotFound, current, web
from guanxi_loyalty import rewards
from guanxi_loyalty.api.asking import actor, answer_once, in_sight, key_of, programme
from guanxi_loyalty.api.blueprint import GRANT, MANAGE, VIEW, api
from guanxi_loyalty.models import CatalogueReward, RewardIssue
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards.catalogue import add_stock
from guanxi_loyalty.rewards.issuing import find_issue
from guanxi_loyalty.schemas.rewards import (
    LoyaltyIssueSchema,
    LoyaltyReasonSchema,
    LoyaltyRewardDraftSchema,
    LoyaltyRewardSchema,
    LoyaltyRewardsSchema,
    LoyaltyStockSchema,
    LoyaltyTakeSchema,
    shown_issue,
    shown_reward,
)
from guanxi_loyalty.texts import N_


@api.get("/programmes/<key>/rewards", permission=VIEW)
@api.response(200, LoyaltyRewardsSchema)
def list_rewards(key: str) -> Response:
    """What members can take now, the cheapest first."""
    session = current.session()
    found = rewards.on_offer(session, find_programme(session, key), now=current.now())
    return web.answer({"items": [shown_reward(one) for one in found]})


@api.post("/programmes/<key>/rewards", permission=MANAGE)
@api.arguments(LoyaltyRewardDraftSchema())
@api.response(201, LoyaltyRewardSchema)
def create_reward(values: dict[str, Any], key: str) -> Response:
    """Put a reward into the catalogue."""
    draft = rewards.RewardDraft(**values)
    made = rewards.create_reward(current.tx(), programme(key), draft, now=current.now(), by=actor())
    return web.answer(shown_reward(made), 201)


@api.post("/programmes/<key>/rewards/<reward_key>/stock", permission=MANAGE)
@api.arguments(LoyaltyStockSchema())
@api.response(200, LoyaltyRewardSchema)
def change_stock(values: dict[str, Any], key: str, reward_key: str) -> Response:
    """Put some into stock, or take some out; never below zero."""
    session = current.tx()
    reward = rewards.find_reward(session, programme(key), reward_key)
    add_stock(session, reward, values["change"])
    return web.answer(shown_reward(reward))


@api.post("/programmes/<key>/rewards/<reward_key>/take", permission=GRANT)
@api.arguments(LoyaltyTakeSchema())
@api.response(201, LoyaltyIssueSchema)
def take_reward(values: dict[str, Any], key: str, reward_key: str) -> Response:
    """Take a reward for a member, who pays its points now; the same key takes it once."""
    session = current.tx()
    customer_id = customers_id(values["customer_id"])
    ask = rewards.IssueAsk(programme(key), key_of(values), current.now(), "till", actor())
    taken = rewards.reserve(session, ask, customer_id, reward_key)
    return answer_once(shown_issue(taken.issue, reward_key), {"code": taken.code}, 201)


@api.post("/programmes/<key>/reward-issues/<uuid:issue_id>/redeem", permission=GRANT)
@api.response(200, LoyaltyIssueSchema)
def redeem_reward(key: str, issue_id: UUID) -> Response:
    """Hand a reserved reward over."""
    _own(key, issue_id)
    return _issue(rewards.redeem(current.tx(), issue_id, now=current.now()))


@api.post("/programmes/<key>/reward-issues/<uuid:issue_id>/cancel", permission=GRANT)
@api.arguments(LoyaltyReasonSchema())
@api.response(200, LoyaltyIssueSchema)
def cancel_reward(values: dict[str, Any], key: str, issue_id: UUID) -> Response:
    """Take it back: the very points and the stock return, once."""
    _own(key, issue_id)
    session, reason = current.tx(), values["reason"]
    return _issue(rewards.cancel(session, issue_id, reason, now=current.now(), by=actor()))


def customers_id(customer_id: UUID) -> UUID:
    """Return the id of a customer in sight."""
    found = in_sight(current.tx(), customer_id)
    if found is None:
        raise NotFound(N_("There is no such customer."))
    return found


def _own(key: str, issue_id: UUID) -> None:
    issue = find_issue(current.tx(), issue_id)
    if issue.programme_id != programme(key).id:
        raise NotFound(N_("No such reward was taken."))
    in_sight(current.tx(), issue.customer_id)


def _issue(issue: RewardIssue) -> Response:
    reward = current.tx().get_one(CatalogueReward, issue.reward_id)
    return web.answer(shown_issue(issue, reward.key))
