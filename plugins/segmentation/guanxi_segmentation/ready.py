"""Usual segments to start from (常用细分模板): for shops, services and business customers.

A template only fills the builder; whoever takes one changes it as needed and saves it.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from guanxi.sdk import Text

Trade = Literal["all", "retail", "services", "business"]
Rule = dict[str, Any]

TRADES: Final[dict[Trade, Text]] = {
    "all": Text("For everybody", "通用"),
    "retail": Text("Shops", "零售"),
    "services": Text("Services", "服务业"),
    "business": Text("Business customers", "企业客户"),
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A template: what it is called, what it is for, and its rule."""

    key: str
    title: Text
    purpose: Text
    trade: Trade
    icon: str
    where: Rule

    @property
    def rule(self) -> Rule:
        """The document of its rule."""
        return {"v": 1, "where": self.where}


def _count(of: Rule, comparison: str, value: int, window: Rule | None = None) -> Rule:
    found: Rule = {"touchpoints": of, "measure": "count", "is": comparison, "value": value}
    return found if window is None else {**found, "window": window}


def _time(measure: str, of: Rule, comparison: str, period: str, *, missing: bool) -> Rule:
    return {
        "touchpoints": of, "measure": measure, "is": comparison, "value": period,
        "missing": missing,
    }  # fmt: skip


def _attribute(key: str, comparison: str, value: Any, *, missing: bool = False) -> Rule:
    return {"attribute": key, "is": comparison, "value": value, "missing": missing}


def _all(*parts: Rule) -> Rule:
    return {"op": "and", "args": list(parts)}


def _not(part: Rule) -> Rule:
    return {"op": "not", "args": [part]}


_PURCHASE: Final[Rule] = {"kind": ["purchase"]}
_ORGANISATION: Final = _attribute("customers.kind", "eq", "organisation")


def _last(period: str) -> Rule:
    return {"last": period}


READY: Final[tuple[Ready, ...]] = (
    Ready(
        "regulars", Text("Regular buyers", "常客"),
        Text("Bought at least twice in the last 90 days", "近 90 天内至少购买两次"),
        "retail", "repeat", _count(_PURCHASE, "gte", 2, _last("P90D")),
    ),
    Ready(
        "big_gone_quiet", Text("Big spenders gone quiet", "沉默的大客户"),
        Text("Spent 500 or more in a year, nothing in the last 90 days",
             "一年内消费 500 以上，近 90 天没有购买"),
        "retail", "moon", _all(
            {"touchpoints": _PURCHASE, "measure": "sum", "window": _last("P365D"),
             "is": "gte", "value": 500, "missing": False},
            _count(_PURCHASE, "eq", 0, _last("P90D")),
        ),
    ),
    Ready(
        "new_this_month", Text("New buyers this month", "本月新客"),
        Text("Bought for the first time in this calendar month", "首次购买发生在本自然月"),
        "retail", "sparkles", _all(
            _count(_PURCHASE, "gte", 1, {"calendar": "month", "offset": 0, "count": 1}),
            _count(_PURCHASE, "eq", 0, {"calendar": "month", "offset": -240, "count": 240}),
        ),
    ),
    Ready(
        "one_purchase", Text("Never came back", "只买过一次"),
        Text("One purchase, more than 60 days ago, and no second",
             "60 天前购买过一次，之后未再购买"),
        "retail", "user-question", _all(
            _count(_PURCHASE, "eq", 1),
            _time("last", _PURCHASE, "older_than", "P60D", missing=False),
        ),
    ),
    Ready(
        "returns_outweigh", Text("Returns outweigh purchases", "退货多于购买"),
        Text("Gave back goods worth more than those kept", "退货金额超过购买金额"),
        "retail", "receipt-refund",
        {"touchpoints": {"kind": ["purchase", "return"]}, "measure": "sum", "is": "lt",
         "value": 0, "missing": False},
    ),
    Ready(
        "regular_for_a_month", Text("Regulars for a month", "稳定常客"),
        Text("Have been buying regularly for at least 30 days", "保持常客状态至少 30 天"),
        "retail", "heart-handshake",
        {"held": _count(_PURCHASE, "gte", 2, _last("P90D")), "for": "P30D"},
    ),
    Ready(
        "birthday_week", Text("Birthday in the next 7 days", "7 天内过生日"),
        Text("For a card or a small present in time", "便于及时送上祝福或小礼物"),
        "all", "cake", _attribute("customers.birthday", "anniversary_within", "P7D"),
    ),
    Ready(
        "no_email_consent", Text("No consent for e-mail", "未同意接收邮件"),
        Text("Refused marketing by e-mail, or were never asked", "拒绝或从未被询问营销邮件"),
        "all", "mail-off",
        _not({"consent": {"channel": "email", "purpose": "marketing", "is": "given"}}),
    ),
    Ready(
        "phone_never_bought", Text("Called, never bought", "来电但未购买"),
        Text("In touch by phone at least once, without any purchase",
             "至少通过电话联系一次，但没有购买"),
        "services", "phone", _all(
            _count({"channel": ["phone"]}, "gte", 1), _count(_PURCHASE, "eq", 0)
        ),
    ),
    Ready(
        "open_complaints", Text("Complaint not resolved", "投诉未解决"),
        Text("Complained in the last 30 days, and it was not resolved",
             "近 30 天内有未解决的投诉"),
        "services", "mood-sad",
        _count({"kind": ["complaint"], "outcome": ["unresolved"]}, "gte", 1, _last("P30D")),
    ),
    Ready(
        "unhappy_regulars", Text("Unhappy regulars", "不满的常客"),
        Text("Bought three times in a year and complained in the last 90 days",
             "一年内购买三次以上，且近 90 天有投诉"),
        "services", "heart-broken", _all(
            _count(_PURCHASE, "gte", 3, _last("P365D")),
            _count({"kind": ["complaint"]}, "gte", 1, _last("P90D")),
        ),
    ),
    Ready(
        "asked_not_bought", Text("Asked, not bought yet", "咨询后未购买"),
        Text("Inquired in the last 14 days and did not buy since", "近 14 天内咨询过，但没有购买"),
        "services", "message-question", _all(
            _count({"kind": ["inquiry"]}, "gte", 1, _last("P14D")),
            _count(_PURCHASE, "eq", 0, _last("P14D")),
        ),
    ),
    Ready(
        "organisations_quiet", Text("Organisations without contact", "久未联系的企业"),
        Text("Organisations whom nobody was in touch with for 60 days",
             "60 天以上没有接触的企业客户"),
        "business", "building",
        _all(_ORGANISATION, _time("last", {}, "older_than", "P60D", missing=True)),
    ),
    Ready(
        "met_this_quarter", Text("Met this quarter", "本季度会面"),
        Text("Organisations with a meeting in this calendar quarter",
             "本自然季度有过会面的企业客户"),
        "business", "briefcase", _all(
            _ORGANISATION,
            _count({"kind": ["meeting"]}, "gte", 1,
                   {"calendar": "quarter", "offset": 0, "count": 1}),
        ),
    ),
    Ready(
        "in_cities", Text("In these cities", "指定城市"),
        Text("Customers in cities of your choice", "居住在指定城市的客户"),
        "all", "map-pin", _attribute("customers.city", "in", ["London", "北京", "上海"]),
    ),
    Ready(
        "test_group", Text("Test group of 10 %", "10% 随机测试组"),
        Text("The same tenth of all customers, drawn by chance", "随机抽取固定的十分之一客户"),
        "all", "percentage", {"bucket": {"salt": "test", "from": 0, "to": 10}},
    ),
)  # fmt: skip


def ready(key: str) -> Ready | None:
    """Return a template by its key."""
    return next((one for one in READY if one.key == key), None)
