"""What loyalty adds to the demo: the programme ``club`` with rules, tiers, rewards, a campaign.

The programme is made before the log is read, so its points come from reading the real year of
purchases and returns, from December 2010 to December 2011, as they come for any new purchase. As
that trade ended years ago, the policies are those under which something of it is left today:
points never run out, and tiers count all that was ever spent (a tier of the last twelve months
would be empty, and every point would have run out).

Nobody in the demo has spent a point, for the trade knows of none, and nothing is made up: the
whole liability is outstanding. The campaign gives its points years after its purchases, so nobody
can have bought for them: its uplift is nought but for chance, which is what a comparison with a
held-back group has to say of it (a trial of like against like, A/A).

What a point is worth follows from the rewards: 500 points are five pounds off. How many will be
spent is a guess of the demo's, 80 %; a company takes its own experience.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_loyalty.earning.rules import CampaignDraft, RuleDraft, create_campaign, create_rule
from guanxi_loyalty.models import Programme
from guanxi_loyalty.policies import Policies
from guanxi_loyalty.programmes import POINTS, ProgrammeDraft, create_programme
from guanxi_loyalty.referrals.terms import TermsDraft, set_terms
from guanxi_loyalty.rewards.catalogue import RewardDraft, create_reward
from guanxi_loyalty.surprises.budgets import set_budget
from guanxi_loyalty.tiers.policies import set_tiers
from guanxi_loyalty.vouchers.sets import CodeSetDraft, create_set

BY: Final = "demo data"
CLUB: Final = ProgrammeDraft(
    "club",
    "Gift shop club",
    "礼品店会员俱乐部",
    "GBP",
    "Europe/London",
    units=(POINTS,),
    policies=Policies(thousand_worth=800, breakage=2000),
)
TIERS: Final[dict[str, Any]] = {
    "basis": "spend",
    "window": "lifetime",
    "downgrade": "at_once",
    "tiers": [
        {"key": "member", "title_en": "Member", "title_zh": "普通会员", "threshold": 0},
        {"key": "silver", "title_en": "Silver", "title_zh": "银卡会员", "threshold": 50_000},
        {
            "key": "gold", "title_en": "Gold", "title_zh": "金卡会员", "threshold": 200_000,
            "free_shipping": True,
        },
        {
            "key": "platinum", "title_en": "Platinum", "title_zh": "白金会员",
            "threshold": 1_000_000, "free_shipping": True,
        },
    ],
}  # fmt: skip
"""Thresholds in pence spent: 500, 2,000 and 10,000 pounds."""
AUTUMN: Final = CampaignDraft(
    "autumn",
    "Double points in autumn",
    "秋季双倍积分",
    starts_at=datetime(2011, 8, 31, 23, tzinfo=UTC),
    ends_at=datetime(2011, 12, 1, tzinfo=UTC),
    held_back=1000,
)
RULES: Final = (
    RuleDraft("purchase", "A point for each pound", "每消费 1 英镑积 1 分"),
    RuleDraft(
        "first_purchase", "Welcome with the first purchase", "首次购买奖励",
        definition={"conditions": {"nth": 1}, "reward": {"way": "fixed", "units": "100"}},
    ),
    RuleDraft(
        "autumn_double", "A second point for each pound", "每消费 1 英镑再积 1 分",
        campaign=AUTUMN.key,
    ),
    RuleDraft(
        "survey", "Survey answered", "完成问卷", trigger="survey",
        definition={
            "reward": {"way": "fixed", "units": "20"}, "limits": [{"period": "month", "times": 1}],
        },
    ),
    RuleDraft(
        "birthday", "Birthday", "生日祝福", trigger="birthday",
        definition={"reward": {"way": "fixed", "units": "50"}},
    ),
)  # fmt: skip
CODE_SETS: Final = (
    CodeSetDraft(
        key="welcome", title_en="Ten percent off the first order", title_zh="首单九折",
        code="WELCOME10", effect="percent", value=1000, min_order=2000, customer_limit=1,
    ),
    CodeSetDraft(
        key="five_pounds", title_en="Five pounds off", title_zh="立减 5 英镑",
        effect="amount", value=500, min_order=2500, code_limit=1,
    ),
    CodeSetDraft(
        key="free_shipping", title_en="Free shipping", title_zh="免运费",
        effect="shipping", code_limit=1,
    ),
)  # fmt: skip
REWARDS: Final = (
    RewardDraft(
        key="free_shipping", title_en="Free shipping", title_zh="免运费券", gives="code",
        code_set="free_shipping", points=250, cost=395,
        text_en="For one order.", text_zh="限一次订单使用。",
    ),
    RewardDraft(
        key="five_pounds", title_en="Five pounds off", title_zh="5 英镑优惠券", gives="code",
        code_set="five_pounds", points=500, cost=500,
        text_en="For an order of 25 pounds or more.", text_zh="订单满 25 英镑可用。",
    ),
    RewardDraft(
        key="mug", title_en="Mug with red hearts", title_zh="红心马克杯", points=300, cost=140,
        stock=40, customer_limit=2, surprise=True, tier_prices={"platinum": {"points": 200}},
    ),
    RewardDraft(
        key="tea_towel", title_en="Tea towel", title_zh="茶巾", points=200, cost=95, stock=60,
        surprise=True,
    ),
    RewardDraft(
        key="gift_card", title_en="Gift card of ten pounds", title_zh="10 英镑礼品卡",
        gives="card", value=1000, points=1000, cost=1000,
    ),
)  # fmt: skip
REFERRALS: Final = TermsDraft(
    referrer_points=200, referred_points=100, min_order=2000, window_days=14, most=10
)
MONTHLY: Final = 5000
"""What each of the staff may give away in a month, in pence."""


def fill(session: Session, now: datetime) -> None:
    """Make the programme if it is not there yet; it may be called again."""
    if session.scalar(select(Programme.id).where(Programme.key == CLUB.key)) is not None:
        return
    programme = create_programme(session, CLUB, now=now, by=BY)
    set_tiers(session, programme, TIERS, now=now, by=BY)
    create_campaign(session, programme, AUTUMN, now=now, by=BY)
    for rule in RULES:
        create_rule(session, programme, rule, now=now, by=BY)
    for code_set in CODE_SETS:
        create_set(session, programme, code_set, now=now, by=BY)
    for reward in REWARDS:
        create_reward(session, programme, reward, now=now, by=BY)
    set_terms(session, programme, REFERRALS, now=now, by=BY)
    set_budget(session, programme, None, MONTHLY, now=now, by=BY)
