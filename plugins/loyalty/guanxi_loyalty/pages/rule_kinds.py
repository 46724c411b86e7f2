"""The usual rules to start from (规则模板): for each a title, what it is for, and what it says."""

from dataclasses import dataclass, field
from typing import Any, Final

from guanxi.sdk import Text

PURCHASE, CONTACT, DAY = "purchase", "contact", "day"


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A usual rule. ``group`` says which controls its form has; ``trigger`` for what it is."""

    key: str
    title: Text
    text: Text
    icon: str
    group: str
    trigger: str
    definition: dict[str, Any] = field(default_factory=dict)


def _kind(*facts: Any, **definition: Any) -> RuleKind:
    key, title, text, icon, group, trigger = facts
    return RuleKind(key, Text(*title), Text(*text), icon, group, trigger, definition)


def _fixed(units: str) -> dict[str, str]:
    return {"way": "fixed", "units": units}


KINDS: Final = (
    _kind(
        "amount", ("Points for what is spent", "消费积分"),
        ("So many points for each unit of the currency.", "每消费一定金额得若干积分。"),
        "cash", PURCHASE, "purchase", reward={"way": "per_amount", "units": "1", "per": "1"},
    ),
    _kind(
        "product", ("Points for products", "商品积分"),
        ("So many points for each piece of some products.", "购买指定商品，每件得若干积分。"),
        "package", PURCHASE, "purchase", reward={"way": "per_item", "units": "10"},
    ),
    _kind(
        "category", ("Points for a category", "品类积分"),
        ("More points on products whose codes begin alike.", "编码前缀相同的商品另得积分。"),
        "category", PURCHASE, "purchase", reward={"way": "per_amount", "units": "1", "per": "1"},
    ),
    _kind(
        "multiplier", ("Multiplier", "倍数积分"),
        ("Twice the points that other rules give, on some days.", "指定日期积分翻倍。"),
        "bolt", PURCHASE, "purchase", reward={"way": "multiplier", "units": "2"},
    ),
    _kind(
        "minimum", ("Large purchases", "满额奖励"),
        ("Points for a purchase of so much or more.", "单次消费满一定金额得积分。"),
        "shopping-bag", PURCHASE, "purchase",
        conditions={"minimum": "100"}, reward=_fixed("50"),
    ),
    _kind(
        "first", ("First purchase", "首购奖励"),
        ("Points for the first purchase of a member.", "会员首次购买得积分。"),
        "rocket", PURCHASE, "purchase", conditions={"nth": 1}, reward=_fixed("100"),
    ),
    _kind(
        "nth", ("Every so-manieth purchase", "第 N 次购买"),
        ("Points for one purchase in ten, for example.", "例如每第十次购买得积分。"),
        "repeat", PURCHASE, "purchase", conditions={"every": 10}, reward=_fixed("100"),
    ),
    _kind(
        "survey", ("Survey answered", "回答调查"),
        ("Points for telling what one thinks.", "参与调查得积分。"),
        "clipboard-check", CONTACT, "survey",
        reward=_fixed("20"), limits=[{"period": "month", "times": 1}],
    ),
    _kind(
        "review", ("Review", "撰写评价"),
        ("Points for a review of what was bought.", "评价已购商品得积分。"),
        "message-heart", CONTACT, "review",
        reward=_fixed("20"), limits=[{"period": "day", "times": 1}],
    ),
    _kind(
        "advocacy", ("Recommended in public", "社交推荐"),
        ("Points for a post that recommends us.", "在社交平台公开推荐得积分。"),
        "speakerphone", CONTACT, "advocacy",
        reward=_fixed("30"), limits=[{"period": "month", "times": 2}],
    ),
    _kind(
        "referral", ("Brought somebody along", "推荐到访"),
        ("Points for a contact of the kind referral. Codes and links stand under Referrals.",
         "对“推荐”类接触奖励积分；推荐码与链接见“推荐”。"),
        "user-plus", CONTACT, "referral", reward=_fixed("100"),
    ),
    _kind(
        "contact", ("Another contact", "其他接触"),
        ("Points for any kind of touchpoint.", "对任一接触类型奖励积分。"),
        "message-2", CONTACT, "", reward=_fixed("10"),
    ),
    _kind(
        "profile", ("Profile complete", "完善资料"),
        ("Points, once, when what you ask for is known.", "所需资料齐全时一次性得积分。"),
        "id", DAY, "profile",
        conditions={"attributes": [{"key": "customers.birthday", "op": "filled"}]},
        reward=_fixed("50"),
    ),
    _kind(
        "birthday", ("Birthday", "生日奖励"),
        ("Points on each birthday.", "每年生日得积分。"),
        "cake", DAY, "birthday", reward=_fixed("50"),
    ),
    _kind(
        "anniversary", ("Anniversary", "入会周年"),
        ("Points on each anniversary of joining.", "每年入会纪念日得积分。"),
        "calendar-event", DAY, "anniversary", reward=_fixed("50"),
    ),
)  # fmt: skip
DAYS: Final = frozenset({"profile", "birthday", "anniversary"})


def rule_kind(key: str) -> RuleKind:
    """Return a usual rule; that for what is spent where there is no such."""
    return next((one for one in KINDS if one.key == key), KINDS[0])


def group_of(trigger: str) -> str:
    """Return which controls the form of a rule has."""
    if trigger == PURCHASE:
        return PURCHASE
    return DAY if trigger in DAYS else CONTACT
