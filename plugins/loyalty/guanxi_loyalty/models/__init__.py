"""Tables of loyalty, by what they are about; all share one base."""

from guanxi_loyalty.models.adjustments import AdjustmentRequest
from guanxi_loyalty.models.base import Base
from guanxi_loyalty.models.gift_cards import GiftCard, GiftCardActivity
from guanxi_loyalty.models.ledger import Allocation, Entry, Hold, Lot, Remark, Transaction
from guanxi_loyalty.models.members import MemberLink
from guanxi_loyalty.models.programmes import Account, Programme, Unit
from guanxi_loyalty.models.referrals import Fingerprint, Referral, ReferralCode, ReferralTerms
from guanxi_loyalty.models.rewards import CatalogueReward, Fulfilment, Picture, RewardIssue, Use
from guanxi_loyalty.models.rules import Campaign, EarningRule, Occasion, ReturnSeen, RuleUse
from guanxi_loyalty.models.surprises import StaffBudget, StaffMonth, Surprise
from guanxi_loyalty.models.tiers import Standing, TierChange, TierPolicy
from guanxi_loyalty.models.vouchers import (
    Code,
    CodeBatch,
    CodeOrder,
    CodeSet,
    CodeUse,
    Guess,
    SealedCodes,
    Secret,
)

__all__ = [
    "Account",
    "AdjustmentRequest",
    "Allocation",
    "Base",
    "Campaign",
    "CatalogueReward",
    "Code",
    "CodeBatch",
    "CodeOrder",
    "CodeSet",
    "CodeUse",
    "EarningRule",
    "Entry",
    "Fingerprint",
    "Fulfilment",
    "GiftCard",
    "GiftCardActivity",
    "Guess",
    "Hold",
    "Lot",
    "MemberLink",
    "Occasion",
    "Picture",
    "Programme",
    "Referral",
    "ReferralCode",
    "ReferralTerms",
    "Remark",
    "ReturnSeen",
    "RewardIssue",
    "RuleUse",
    "SealedCodes",
    "Secret",
    "StaffBudget",
    "StaffMonth",
    "Standing",
    "Surprise",
    "TierChange",
    "TierPolicy",
    "Transaction",
    "Unit",
    "Use",
]
