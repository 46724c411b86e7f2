"""The rules of a programme in sentences (计划规则说明): when points begin, run out, are rounded."""

from collections.abc import Iterator
from typing import Final

from guanxi.sdk import Text
from guanxi_loyalty.policies import Expiry, Policies
from guanxi_loyalty.wording import Wording

_AT_ONCE: Final = Text("Points can be spent at once.", "积分立即生效。")
_PENDING: Final = Text(
    "Points can be spent %(days)s after they were earned.", "积分在获得 %(days)s后生效。"
)
_NEVER: Final = Text("They never run out.", "积分永不过期。")
_AGE: Final = Text(
    "They run out %(age)s after they were earned, at the end of that %(unit)s.",
    "积分在获得 %(age)s后的%(unit)s末过期。",
)
_MONTH, _DAY = Text("month", "月"), Text("day", "日")
_YEARLY: Final = Text("They run out at the end of %(day)s.", "积分在每年 %(day)s结束时过期。")
_YEARLY_AFTER: Final = Text(
    "They run out at the end of the first %(day)s that is at least %(age)s later.",
    "积分在获得满 %(age)s后的首个 %(day)s结束时过期。",
)
_IDLE: Final = Text(
    "They run out when the member neither earns nor spends for %(age)s.",
    "会员连续 %(age)s既未获得也未使用积分时过期。",
)
_ROUNDING: Final = {
    "down": Text("Fractions are rounded down", "小数向下取整"),
    "half_up": Text("Fractions are rounded to the nearest point", "小数四舍五入"),
    "up": Text("Fractions are rounded up", "小数向上取整"),
}
_AFTER: Final = Text(
    "%(rounding)s; points are earned on what was paid after vouchers.",
    "%(rounding)s；按用券后的实付金额计算积分。",
)
_BEFORE: Final = Text(
    "%(rounding)s; points are earned on the full price, before vouchers.",
    "%(rounding)s；按用券前的全价计算积分。",
)
_DEBTS: Final = Text(
    "A balance may fall below zero when points are taken back.", "收回积分时余额可以为负。"
)
_NO_DEBTS: Final = Text("A balance never falls below zero.", "余额不会为负。")
_SECOND: Final = Text(
    "Adjustments above %(limit)s need a second person.", "超过 %(limit)s 的调整须由第二人批准。"
)


def policies_in_words(policies: Policies, language: str) -> list[str]:
    """Return what a programme has decided, a sentence for each thing that members notice."""
    return list(_sentences(policies, Wording(language)))


def _sentences(policies: Policies, wording: Wording) -> Iterator[str]:
    if policies.pending_days:
        yield wording.say(_PENDING, days=wording.day_count(policies.pending_days))
    else:
        yield wording.say(_AT_ONCE)
    yield _expiry(policies.expiry, wording)
    rounding = wording.say(_ROUNDING[policies.rounding])
    yield wording.say(_AFTER if policies.after_rewards else _BEFORE, rounding=rounding)
    yield wording.say(_DEBTS if policies.debts else _NO_DEBTS)
    if policies.adjust_limit is not None:
        yield wording.say(_SECOND, limit=wording.number(policies.adjust_limit))


def _expiry(expiry: Expiry, wording: Wording) -> str:
    if expiry.runs == "never":
        return wording.say(_NEVER)
    age = _age(expiry, wording)
    if expiry.runs == "inactivity":
        return wording.say(_IDLE, age=age)
    if expiry.runs == "age":
        unit = wording.say(_MONTH if expiry.month_end else _DAY)
        return wording.say(_AGE, age=age, unit=unit)
    day = wording.yearly(expiry.month, expiry.day)
    if not expiry.months:
        return wording.say(_YEARLY, day=day)
    return wording.say(_YEARLY_AFTER, day=day, age=wording.month_count(expiry.months))


def _age(expiry: Expiry, wording: Wording) -> str:
    parts = []
    if expiry.months:
        parts.append(wording.month_count(expiry.months))
    if expiry.days:
        parts.append(wording.day_count(expiry.days))
    return wording.all_of(parts)
