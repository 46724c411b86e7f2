"""What a programme has decided, in sentences of both languages."""

from typing import Any

import pytest

from guanxi_loyalty.policies import read_policies
from guanxi_loyalty.policy_sentences import policies_in_words
from guanxi_loyalty.tiers.policy import read_tiers
from guanxi_loyalty.tiers.sentences import benefits_in_words, tiers_in_words

EXPIRIES = [
    ({"runs": "never"}, "They never run out.", "积分永不过期。"),
    (
        {"runs": "age", "months": 12, "days": 1},
        "They run out 12 months and 1 day after they were earned, at the end of that day.",
        "积分在获得 12 个月、1 天后的日末过期。",
    ),
    (
        {"runs": "age", "months": 24, "month_end": True},
        "They run out 24 months after they were earned, at the end of that month.",
        "积分在获得 24 个月后的月末过期。",
    ),
    (
        {"runs": "calendar", "month": 12, "day": 31},
        "They run out at the end of 31 December.",
        "积分在每年 12 月 31 日结束时过期。",
    ),
    (
        {"runs": "calendar", "month": 3, "day": 31, "months": 6},
        "They run out at the end of the first 31 March that is at least 6 months later.",
        "积分在获得满 6 个月后的首个 3 月 31 日结束时过期。",
    ),
    (
        {"runs": "inactivity", "days": 90},
        "They run out when the member neither earns nor spends for 90 days.",
        "会员连续 90 天既未获得也未使用积分时过期。",
    ),
]
TIERS = [
    {"key": "basic", "title_en": "Basic", "title_zh": "普通", "threshold": 0},
    {"key": "gold", "title_en": "Gold", "title_zh": "金卡", "threshold": 100,
     "multiplier": "1.5", "free_shipping": True, "voucher": "hello"},
]  # fmt: skip


@pytest.mark.parametrize(("expiry", "english", "chinese"), EXPIRIES)
def test_a_programme_says_when_its_points_run_out(
    expiry: dict[str, Any], english: str, chinese: str
) -> None:
    policies = read_policies({"expiry": expiry})

    assert policies_in_words(policies, "en")[1] == english
    assert policies_in_words(policies, "zh")[1] == chinese


def test_a_programme_says_all_that_members_notice() -> None:
    policies = read_policies(
        {"pending_days": 14, "rounding": "half_up", "after_rewards": False, "debts": True}
    )

    assert policies_in_words(policies, "en") == [
        "Points can be spent 14 days after they were earned.",
        "They never run out.",
        (
            "Fractions are rounded to the nearest point; points are earned on the full price, "
            "before vouchers."
        ),
        "A balance may fall below zero when points are taken back.",
        "Adjustments above 1,000 need a second person.",
    ]
    assert policies_in_words(policies, "zh") == [
        "积分在获得 14 天后生效。",
        "积分永不过期。",
        "小数四舍五入；按用券前的全价计算积分。",
        "收回积分时余额可以为负。",
        "超过 1,000 的调整须由第二人批准。",
    ]
    at_once = read_policies({"adjust_limit": None})
    assert policies_in_words(at_once, "en")[0] == "Points can be spent at once."
    assert policies_in_words(at_once, "zh")[-1] == "余额不会为负。"


def test_tiers_say_how_members_rise_and_fall_and_what_they_get() -> None:
    soft = read_tiers({"tiers": TIERS, "soft_landing": True, "grace_months": 1})
    hard = read_tiers(
        {"tiers": TIERS, "basis": "spend", "window": "calendar", "downgrade": "at_once"}
    )

    assert tiers_in_words(soft, "en") == [
        "What counts: the tier points earned in the last 12 months.",
        (
            "A tier is kept until the end of its period; who has too little then falls, "
            "one step only, 1 month later."
        ),
    ]
    assert tiers_in_words(soft, "zh") == [
        "计入：最近 12 个月的所得定级积分。",
        "等级保留至周期结束；届时低于门槛则降级，每次只降一级，另有 1 个月宽限期。",
    ]
    assert tiers_in_words(hard, "en") == [
        "What counts: what was spent in this calendar year.",
        "Who has too little falls at once.",
    ]
    assert benefits_in_words(soft.tiers[1], {"hello": "Welcome"}, "en") == [
        "1.5 times the points", "free shipping", 'voucher "Welcome" on reaching it',
    ]  # fmt: skip
    assert benefits_in_words(soft.tiers[1], {}, "zh") == [
        "1.5 倍积分", "免运费", "升级赠送优惠券“hello”",
    ]  # fmt: skip
    assert benefits_in_words(soft.tiers[0], {}, "en") == []
