"""Rewards (奖励): the catalogue, what members take out of it, what the core asks for."""

from guanxi_loyalty.rewards.cancelling import cancel, expire_due
from guanxi_loyalty.rewards.catalogue import RewardDraft, create_reward, find_reward, on_offer
from guanxi_loyalty.rewards.issuing import IssueAsk, Taken, redeem, reserve
from guanxi_loyalty.rewards.pricing import Price, price_of, tier_of

__all__ = [
    "IssueAsk",
    "Price",
    "RewardDraft",
    "Taken",
    "cancel",
    "create_reward",
    "expire_due",
    "find_reward",
    "on_offer",
    "price_of",
    "redeem",
    "reserve",
    "tier_of",
]
