"""What a rule says of itself, in both languages."""

from typing import Any

import pytest
from plugins.loyalty.tests.earning.examples import campaign, rule

from guanxi.sdk import Attribute, Customer, Text
from guanxi_loyalty.earning.sentences import Names, rule_in_words

CITY = Attribute("customers.city", Text("City", "城市"), "text", lambda: Customer.city)
SEGMENTS = Attribute(
    "segmentation.segments",
    Text("Segments", "所属细分"),
    "choices",
    lambda: Customer.city,
    choices=(("vip", Text("Regulars", "常客")), ("new", Text("Newcomers", "新客"))),
)
ATTRIBUTES = {one.key: one for one in (CITY, SEGMENTS)}
EN = Names(
    "en", "GBP", {"points": "Points"}, {"survey": "Survey"}, {"store": "Store"},
    {"agreed": "Agreed"}, {"spring": "Spring"}, ATTRIBUTES,
)  # fmt: skip
ZH = Names(
    "zh", "GBP", {"points": "积分"}, {"survey": "调查"}, {"store": "门店"},
    {"agreed": "达成一致"}, {"spring": "春季"}, ATTRIBUTES,
)  # fmt: skip
VIP = {"key": "segmentation.segments", "op": "has", "value": ["vip", "new"]}
YORK = {"key": "customers.city", "op": "is_not", "value": "York"}
GONE = {"key": "gone.away", "op": "filled"}
CASES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "Every purchase earns 1 point for each £1 spent.", "每次购买，每 £1 得 1 积分。"),
    (
        {
            "conditions": {"nth": 1, "minimum": "49.50"},
            "reward": {"way": "fixed", "units": "1000"},
        },
        "The first purchase of £49.50 or more earns 1,000 points.",
        "首次购买满 £49.50，得 1,000 积分。",
    ),
    (
        {"conditions": {"nth": 5}, "reward": {"way": "fixed", "units": "2"}},
        "Purchase number 5 earns 2 points.",
        "第 5 次购买，得 2 积分。",
    ),
    (
        {
            "conditions": {"every": 10, "products": ["A7", "85*"]},
            "reward": {"way": "per_item", "units": "3"},
        },
        "One purchase in 10 with A7 or what begins with 85 earns 3 points for each piece of these.",
        "每第 10 次购买，含 A7 或编码以 85 开头的商品，其中每件得 3 积分。",
    ),
    (
        {"reward": {"units": "0.5", "per": "10", "whole": True}},
        "Every purchase earns 0.5 points for each £10 spent, whole steps only.",
        "每次购买，每 £10 得 0.5 积分（不足部分不计）。",
    ),
    (
        {"reward": {"way": "multiplier", "units": "2"}, "conditions": {"attributes": [VIP, YORK]}},
        ("Every purchase earns 2 times the points that other rules give. Only for members whose "
        "Segments includes Regulars or Newcomers and City is not York."),
        "每次购买，其他规则所得积分的 2 倍。仅限所属细分包含常客或新客、城市不为York的会员。",
    ),
    (
        {
            "trigger": "survey",
            "conditions": {"channels": ["store", "web"], "outcomes": ["agreed"]},
            "reward": {"way": "fixed", "units": "20"},
            "limits": [{"period": "month", "times": 1}, {"period": "ever", "units": 100}],
        },
        ('Each "Survey" earns 20 points. Only by Store or web; with the outcome Agreed. '
        "At most once per member and month. At most 100 points per member."),
        ("每次“调查”，得 20 积分。仅限渠道为门店或web；结果为达成一致。"
        "每位会员每月最多 1 次。每位会员累计最多 100 积分。"),
    ),
    (
        {
            "conditions": {
                "since": "2026-03-01", "until": "2026-03-31", "weekdays": [7, 6], "hours": [14, 18],
            },
            "stacking": "exclusive",
            "stop": True,
        },
        ("Every purchase earns 1 point for each £1 spent. Only from 1 Mar 2026 to 31 Mar 2026; "
        "on Saturday and Sunday; from 14:00 to 18:00. Not together with another rule. "
        "No rule after it is looked at."),
        ("每次购买，每 £1 得 1 积分。仅限2026年3月1日至2026年3月31日；"
        "星期六、星期日；14:00 至 18:00。"
        "不与其他规则同享。生效后不再看其后的规则。"),
    ),
    (
        {"trigger": "birthday", "reward": {"way": "fixed", "units": "50"}},
        "Each birthday earns 50 points.",
        "每年生日，得 50 积分。",
    ),
    (
        {
            "trigger": "profile",
            "conditions": {"attributes": [GONE]},
            "reward": {"way": "fixed", "units": "50"},
        },
        "A complete profile earns 50 points. Only for members whose gone.away is known.",
        "完善资料，得 50 积分。仅限gone.away已填写的会员。",
    ),
    (
        {"trigger": "review", "reward": {"way": "fixed", "units": "1"}, "conditions": {"nth": 3}},
        'Each "review" earns 1 point. Only after 2 purchases of the member.',
        "每次“review”，得 1 积分。仅限会员此前已购买 2 次时。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "english", "chinese"), CASES)
def test_a_rule_says_what_it_does(facts: dict[str, Any], english: str, chinese: str) -> None:
    assert rule_in_words(rule(**facts), EN) == english
    assert rule_in_words(rule(**facts), ZH) == chinese


def test_a_rule_of_a_campaign_says_when_it_runs() -> None:
    one = rule(campaign=campaign(), limits=[{"period": "day", "times": 2, "units": 30}])

    assert rule_in_words(one, EN) == (
        'Every purchase earns 1 point for each £1 spent. Only while the campaign "Spring" runs. '
        "At most 2 times and 30 points per member and day."
    )
    assert rule_in_words(one, ZH) == (
        "每次购买，每 £1 得 1 积分。仅限活动“春季”期间。每位会员每天最多 2 次、30 积分。"
    )
