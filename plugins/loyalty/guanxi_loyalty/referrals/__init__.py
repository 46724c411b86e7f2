"""Referrals (推荐有礼): a member's own code, who came by it, and rewards for both, once."""

from guanxi_loyalty.referrals.codes import code_of, link_of
from guanxi_loyalty.referrals.registering import Evidence, register
from guanxi_loyalty.referrals.rewarding import bought, returned, reward_due
from guanxi_loyalty.referrals.terms import TermsDraft, set_terms

__all__ = [
    "Evidence",
    "TermsDraft",
    "bought",
    "code_of",
    "link_of",
    "register",
    "returned",
    "reward_due",
    "set_terms",
]
