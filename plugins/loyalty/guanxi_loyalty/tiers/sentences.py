"""How members come into tiers and out of them, in sentences (等级规则说明)."""

from collections.abc import Iterator
from typing import Final

from guanxi.sdk import Text
from guanxi_loyalty.tiers.policy import Policy, Tier
from guanxi_loyalty.wording import Wording

_BASES: Final = {
    "qualifying": Text("the tier points earned", "所得定级积分"),
    "spend": Text("what was spent", "消费金额"),
}
_COUNTS: Final = Text("What counts: %(basis)s %(window)s.", "计入：%(window)s的%(basis)s。")
_WINDOWS: Final = {
    "rolling": Text("in the last %(months)s", "最近 %(months)s"),
    "calendar": Text("in this calendar year", "本自然年"),
    "anniversary": Text("since the last anniversary of joining", "最近一个入会周年以来"),
    "lifetime": Text("since joining", "入会以来"),
}
_AT_ONCE: Final = Text("Who has too little falls at once", "低于门槛即降级")
_PERIOD_END: Final = Text(
    "A tier is kept until the end of its period; who has too little then falls",
    "等级保留至周期结束；届时低于门槛则降级",
)
_FOR_EVER: Final = Text("A tier that was reached is kept for ever", "达到的等级永久保留")
_ONE_STEP: Final = Text(", one step only", "，每次只降一级")
_GRACE: Final = Text(", %(months)s later", "，另有 %(months)s宽限期")
_MULTIPLIER: Final = Text("%(times)s times the points", "%(times)s 倍积分")
_SHIPPING: Final = Text("free shipping", "免运费")
_VOUCHER: Final = Text('voucher "%(voucher)s" on reaching it', "升级赠送优惠券“%(voucher)s”")


def tiers_in_words(policy: Policy, language: str) -> list[str]:
    """Return how members rise and fall."""
    return list(_sentences(policy, Wording(language)))


def benefits_in_words(tier: Tier, vouchers: dict[str, str], language: str) -> list[str]:
    """Return the benefits of a tier; ``vouchers`` are titles of sets of codes by key."""
    wording, said = Wording(language), []
    if tier.multiplier > 1:
        said.append(wording.say(_MULTIPLIER, times=wording.number(tier.multiplier)))
    if tier.free_shipping:
        said.append(wording.say(_SHIPPING))
    if tier.voucher is not None:
        said.append(wording.say(_VOUCHER, voucher=vouchers.get(tier.voucher, tier.voucher)))
    return said


def _sentences(policy: Policy, wording: Wording) -> Iterator[str]:
    months = wording.month_count(policy.months)
    values = {"months": months} if policy.window == "rolling" else {}
    window = wording.say(_WINDOWS[policy.window], **values)
    yield wording.say(_COUNTS, basis=wording.say(_BASES[policy.basis]), window=window)
    said = wording.say(_falls(policy))
    if policy.soft_landing and policy.window != "lifetime":
        said += wording.say(_ONE_STEP)
    if policy.grace_months and _falls(policy) is not _FOR_EVER:
        said += wording.say(_GRACE, months=wording.month_count(policy.grace_months))
    yield said + ("。" if wording.language == "zh" else ".")


def _falls(policy: Policy) -> Text:
    if policy.downgrade == "at_once":
        return _AT_ONCE
    return _FOR_EVER if policy.window == "lifetime" else _PERIOD_END
