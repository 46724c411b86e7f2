"""The REST API of loyalty; each module adds its operations to the one blueprint."""

from guanxi_loyalty.api import (
    adjustments,
    codes,
    gift_cards,
    index,
    members,
    points,
    programmes,
    referrals,
    reports,
    rewards,
    rules,
    surprises,
    tiers,
)
from guanxi_loyalty.api.blueprint import api

__all__ = [
    "adjustments",
    "api",
    "codes",
    "gift_cards",
    "index",
    "members",
    "points",
    "programmes",
    "referrals",
    "reports",
    "rewards",
    "rules",
    "surprises",
    "tiers",
]
