"""What the API takes and gives back about rewards, surprises and referrals."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_loyalty.models import CatalogueReward, Referral, RewardIssue
from guanxi_loyalty.models.rewards import GIVES
from guanxi_loyalty.picture_addresses import address_of
from guanxi_loyalty.schemas.codes import Whole


class LoyaltyPriceSchema(Schema):
    """A price of a tier's own."""

    points = Whole()
    money = Whole()


class LoyaltyRewardDraftSchema(Schema):
    """A reward of the catalogue; ``money``, ``cost`` and cards' ``value`` are minor units."""

    key = web.CleanText(40, filled=True, required=True)
    title_en = web.CleanText(200, filled=True, required=True)
    title_zh = web.CleanText(200, load_default="")
    text_en = web.CleanText(2000, load_default="")
    text_zh = web.CleanText(2000, load_default="")
    image = web.CleanText(500, load_default=None, allow_none=True)
    unit = web.CleanText(40, filled=True, load_default="points")
    gives = fields.String(load_default="item", validate=validate.OneOf(GIVES))
    code_set = web.CleanText(40, load_default=None, allow_none=True)
    points = Whole(load_default=0)
    money = Whole(load_default=0)
    tier_prices = fields.Dict(
        keys=fields.String(), values=fields.Nested(LoyaltyPriceSchema), load_default=dict
    )
    cost = Whole(load_default=0)
    value = Whole(load_default=0)
    stock = Whole(load_default=None, allow_none=True)
    customer_limit = Whole(1, load_default=None, allow_none=True)
    keep_days = Whole(1, 3650, load_default=30)
    surprise = web.Flag(load_default=False)
    valid_from = fields.AwareDateTime(load_default=None, allow_none=True)
    valid_to = fields.AwareDateTime(load_default=None, allow_none=True)


class LoyaltyRewardSchema(Schema):
    """A reward as it is shown; ``stock`` null: endless."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    text_en = fields.String()
    text_zh = fields.String()
    image = fields.String(allow_none=True)
    gives = fields.String()
    points = fields.Integer()
    money = fields.Integer()
    tier_prices = fields.Dict()
    stock = fields.Integer(allow_none=True)
    customer_limit = fields.Integer(allow_none=True)
    surprise = fields.Boolean()
    valid_from = fields.AwareDateTime(allow_none=True)
    valid_to = fields.AwareDateTime(allow_none=True)
    state = fields.String()


class LoyaltyRewardsSchema(Schema):
    """What is on offer now, the cheapest first."""

    items = fields.List(fields.Nested(LoyaltyRewardSchema))


class LoyaltyStockSchema(Schema):
    """How many come into stock; below zero: are taken out."""

    change = Whole(-(10**9), 10**9, required=True)


class LoyaltyTakeSchema(Schema):
    """Who takes a reward; the same ``key`` takes it once."""

    customer_id = fields.UUID(required=True)
    key = web.CleanText(200, filled=True)


class LoyaltyIssueSchema(Schema):
    """A reward taken. ``code`` of a coupon or gift card is shown once."""

    id = fields.UUID()
    reward = fields.String()
    customer_id = fields.UUID()
    state = fields.String()
    points = fields.Integer()
    money = fields.Integer()
    code = fields.String(allow_none=True)
    reserved_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class LoyaltyReasonSchema(Schema):
    """Why."""

    reason = web.CleanText(500, filled=True, required=True)


class LoyaltySurpriseDraftSchema(Schema):
    """A surprise for a customer out of the catalogue."""

    customer_id = fields.UUID(required=True)
    reward = web.CleanText(40, filled=True, required=True)
    reason = web.CleanText(500, filled=True, required=True)
    key = web.CleanText(200, filled=True)


class LoyaltySurpriseSchema(Schema):
    """A surprise given."""

    id = fields.UUID()
    customer_id = fields.UUID()
    cost = fields.Integer()
    state = fields.String()
    code = fields.String(allow_none=True)


class LoyaltyBudgetSchema(Schema):
    """What whoever asks may give this month, in minor units."""

    month = fields.Date()
    monthly = fields.Integer()
    spent = fields.Integer()
    left = fields.Integer()


class LoyaltyBudgetDraftSchema(Schema):
    """What somebody may give in a month; without ``staff_id``: all who have no own budget."""

    staff_id = fields.UUID(load_default=None, allow_none=True)
    monthly = Whole(required=True)


class LoyaltyReferralTermsSchema(Schema):
    """What a referral brings; ``min_order`` in minor units, ``most`` per member."""

    referrer_points = Whole(0, 10**9, required=True)
    referred_points = Whole(0, 10**9, required=True)
    unit = web.CleanText(40, filled=True, load_default="points")
    min_order = Whole(0, 10**9, load_default=0)
    window_days = Whole(0, 3650, load_default=14)
    most = Whole(1, 10**9, load_default=None, allow_none=True)
    active = web.Flag(load_default=True)


class LoyaltyReferralCodeSchema(Schema):
    """A member's own code, and how often it was rewarded."""

    code = fields.String()
    rewarded = fields.Integer()


class LoyaltyEvidenceSchema(Schema):
    """What tells one device, and one card or account, from another; kept as hashes only."""

    device = web.CleanText(500, load_default=None, allow_none=True)
    payment = web.CleanText(500, load_default=None, allow_none=True)


class LoyaltyReferralDraftSchema(Schema):
    """Who came by which code; device and payment are kept as hashes only."""

    code = fields.String(required=True, validate=validate.Length(1, 200))
    customer_id = fields.UUID(required=True)
    device = web.CleanText(500, load_default=None, allow_none=True)
    payment = web.CleanText(500, load_default=None, allow_none=True)
    email = web.CleanText(320, load_default=None, allow_none=True)
    phone = web.CleanText(50, load_default=None, allow_none=True)


class LoyaltyReferralSchema(Schema):
    """A referral and how it stands. Why it was refused is told to staff, not to tills."""

    id = fields.UUID()
    state = fields.String()
    registered_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)


def shown_reward(reward: CatalogueReward) -> dict[str, Any]:
    """Return a reward as ``LoyaltyRewardSchema`` describes it."""
    return {
        **{name: getattr(reward, name) for name in LoyaltyRewardSchema().fields},
        "image": address_of(reward.image),
    }


def shown_issue(issue: RewardIssue, reward: str) -> dict[str, Any]:
    """Return a reward taken as ``LoyaltyIssueSchema`` describes it, without its code."""
    names = [name for name in LoyaltyIssueSchema().fields if name not in {"reward", "code"}]
    return {"reward": reward, "code": None, **{name: getattr(issue, name) for name in names}}


def shown_referral(referral: Referral) -> dict[str, Any]:
    """Return a referral as ``LoyaltyReferralSchema`` describes it."""
    return {name: getattr(referral, name) for name in LoyaltyReferralSchema().fields}
