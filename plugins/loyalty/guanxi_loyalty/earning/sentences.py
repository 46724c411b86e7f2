"""What an earning rule does, in a sentence or two (规则说明), in Chinese or English.

Pure functions of the rule and of :class:`Names`, which says what things are called.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from guanxi.sdk import Attribute, Text
from guanxi_loyalty.earning.definitions import Conditions, Definition, Limit, Wanted
from guanxi_loyalty.earning.facts import PURCHASE, RuleFacts
from guanxi_loyalty.wording import Wording, named

_DAYS: Final = {
    "profile": Text("A complete profile", "完善资料"),
    "birthday": Text("Each birthday", "每年生日"),
    "anniversary": Text("Each anniversary of joining", "每年入会纪念日"),
}
_CONTACT: Final = Text('Each "%(kind)s"', "每次“%(kind)s”")
_EVERY: Final = Text("Every purchase", "每次购买")
_FIRST: Final = Text("The first purchase", "首次购买")
_NTH: Final = Text("Purchase number %(n)s", "第 %(n)s 次购买")
_EACH_NTH: Final = Text("One purchase in %(n)s", "每第 %(n)s 次购买")
_OF_MINIMUM: Final = Text(" of %(amount)s or more", "满 %(amount)s")
_WITH_GOODS: Final = Text(" with %(goods)s", "，含%(goods)s")
_BEGINNING: Final = Text("what begins with %(code)s", "编码以 %(code)s 开头的商品")
_EARNS: Final = Text("%(occasion)s earns %(reward)s.", "%(occasion)s，%(reward)s。")
_REWARDS: Final = {
    "per_amount": Text(
        "%(units)s for each %(per)s spent%(those)s", "%(those)s每 %(per)s 得 %(units)s"
    ),
    "per_item": Text("%(units)s for each piece%(those)s", "%(those)s每件得 %(units)s"),
    "per_line": Text("%(units)s for each line%(those)s", "%(those)s每行得 %(units)s"),
    "fixed": Text("%(units)s", "得 %(units)s"),
    "multiplier": Text(
        "%(times)s times the %(unit)s that other rules give", "其他规则所得%(unit)s的 %(times)s 倍"
    ),
}
_SPENT: Final = {"per_amount": Text(" on these", "其中"), "": Text(" of these", "其中")}
_WHOLE: Final = Text(", whole steps only", "（不足部分不计）")
_ONLY: Final = Text("Only %(conditions)s.", "仅限%(conditions)s。")
_CHANNELS: Final = Text("by %(names)s", "渠道为%(names)s")
_OUTCOMES: Final = Text("with the outcome %(names)s", "结果为%(names)s")
_FROM_TO: Final = Text("from %(since)s to %(until)s", "%(since)s至%(until)s")
_SINCE: Final = Text("from %(since)s on", "%(since)s起")
_UNTIL: Final = Text("until %(until)s", "%(until)s止")
_WEEKDAYS: Final = Text("on %(days)s", "%(days)s")
_HOURS: Final = Text("from %(begins)s:00 to %(ends)s:00", "%(begins)s:00 至 %(ends)s:00")
_CAMPAIGN: Final = Text('while the campaign "%(campaign)s" runs', "活动“%(campaign)s”期间")
_MEMBERS: Final = Text("for members whose %(what)s", "%(what)s的会员")
_OPS: Final = {
    "is": Text("%(title)s is %(value)s", "%(title)s为%(value)s"),
    "is_not": Text("%(title)s is not %(value)s", "%(title)s不为%(value)s"),
    "at_least": Text("%(title)s is at least %(value)s", "%(title)s不低于 %(value)s"),
    "at_most": Text("%(title)s is at most %(value)s", "%(title)s不高于 %(value)s"),
    "has": Text("%(title)s includes %(value)s", "%(title)s包含%(value)s"),
    "has_not": Text("%(title)s does not include %(value)s", "%(title)s不包含%(value)s"),
    "filled": Text("%(title)s is known", "%(title)s已填写"),
    "empty": Text("%(title)s is not known", "%(title)s未填写"),
}
_YES_NO: Final = {True: Text("yes", "是"), False: Text("no", "否")}
_AT_MOST: Final = Text(
    "At most %(what)s per member%(period)s.", "每位会员%(period)s最多 %(what)s。"
)
_ONCE: Final = Text("once", "1 次")
_TIMES: Final = Text("%(times)s times", "%(times)s 次")
_PERIODS: Final = {
    "day": Text(" and day", "每天"),
    "week": Text(" and week", "每周"),
    "month": Text(" and month", "每月"),
    "year": Text(" and year", "每年"),
    "ever": Text("", "累计"),
}
_EXCLUSIVE: Final = Text("Not together with another rule.", "不与其他规则同享。")
_STOP: Final = Text("No rule after it is looked at.", "生效后不再看其后的规则。")


@dataclass(frozen=True, slots=True)
class Names:
    """What is called how in ``language``: units, kinds of touchpoint, channels... by key."""

    language: str
    currency: str
    units: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    campaigns: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


def rule_in_words(rule: RuleFacts, names: Names) -> str:
    """Return what a rule does."""
    wording, definition = Wording(names.language), rule.definition
    said = [
        wording.say(
            _EARNS,
            occasion=_occasion(rule, names, wording),
            reward=_reward(rule, names, wording),
        )
    ]
    conditions = list(_conditions(rule, names, wording))
    if conditions:
        comma = "；" if names.language == "zh" else "; "
        said.append(wording.say(_ONLY, conditions=comma.join(conditions)))
    said += [_limit(one, named(rule.unit, names.units), wording) for one in definition.limits]
    said += _stacking(definition, wording)
    return ("" if names.language == "zh" else " ").join(said)


def occasion_title(trigger: str, names: Names) -> str:
    """Return what a rule is for: a kind of touchpoint, or a day."""
    wording = Wording(names.language)
    return wording.say(_DAYS[trigger]) if trigger in _DAYS else named(trigger, names.kinds)


def attribute_in_words(wanted: Wanted, names: Names) -> str:
    """Return what an attribute has to be."""
    wording, attribute = Wording(names.language), names.attributes.get(wanted.key)
    title = attribute.title.in_language(names.language) if attribute is not None else wanted.key
    value = _value(wanted.value, attribute, names, wording)
    return wording.say(_OPS[wanted.op], title=title, value=value)


def _occasion(rule: RuleFacts, names: Names, wording: Wording) -> str:
    asked = rule.definition.conditions
    if rule.trigger in _DAYS:
        said = wording.say(_DAYS[rule.trigger])
    elif rule.trigger != PURCHASE:
        said = wording.say(_CONTACT, kind=named(rule.trigger, names.kinds))
    elif asked.nth is not None:
        said = wording.say(_FIRST) if asked.nth == 1 else wording.say(_NTH, n=asked.nth)
    else:
        said = wording.say(_EACH_NTH, n=asked.every) if asked.every else wording.say(_EVERY)
    if asked.minimum is not None:
        said += wording.say(_OF_MINIMUM, amount=wording.money(asked.minimum, names.currency))
    if asked.products:
        said += wording.say(_WITH_GOODS, goods=_goods(asked, wording))
    return said


def _goods(asked: Conditions, wording: Wording) -> str:
    gap = " " if wording.language == "zh" else ""
    return wording.one_of(
        wording.say(_BEGINNING, code=one[:-1]) if one.endswith("*") else f"{gap}{one}{gap}"
        for one in asked.products
    ).rstrip()


def _reward(rule: RuleFacts, names: Names, wording: Wording) -> str:
    reward, unit = rule.definition.reward, named(rule.unit, names.units)
    phrase = _REWARDS[reward.way]
    if reward.way == "multiplier":
        name = wording.units(2, unit).partition(" ")[2]
        return wording.say(phrase, times=wording.number(reward.units), unit=name)
    partly = bool(rule.definition.conditions.products)
    those = wording.say(_SPENT["per_amount" if reward.way == "per_amount" else ""])
    values = {
        "units": wording.units(reward.units, unit),
        "per": wording.money(reward.per, names.currency),
        "those": those if partly else "",
    }
    whole = wording.say(_WHOLE) if reward.way == "per_amount" and reward.whole else ""
    return wording.say(phrase, **values) + whole


def _conditions(rule: RuleFacts, names: Names, wording: Wording) -> Iterator[str]:
    asked = rule.definition.conditions
    if rule.campaign is not None:
        yield wording.say(_CAMPAIGN, campaign=named(rule.campaign.key, names.campaigns))
    if asked.attributes:
        what = [attribute_in_words(one, names) for one in asked.attributes]
        yield wording.say(_MEMBERS, what=wording.all_of(what))
    if asked.channels:
        listed = wording.one_of(named(one, names.channels) for one in asked.channels)
        yield wording.say(_CHANNELS, names=listed)
    if asked.outcomes:
        listed = wording.one_of(named(one, names.outcomes) for one in asked.outcomes)
        yield wording.say(_OUTCOMES, names=listed)
    yield from _times(asked, wording)
    if rule.trigger != PURCHASE:
        yield from _counts(asked, wording)


def _times(asked: Conditions, wording: Wording) -> Iterator[str]:
    since = wording.day(asked.since) if asked.since is not None else ""
    until = wording.day(asked.until) if asked.until is not None else ""
    if since and until:
        yield wording.say(_FROM_TO, since=since, until=until)
    elif since:
        yield wording.say(_SINCE, since=since)
    elif until:
        yield wording.say(_UNTIL, until=until)
    if asked.weekdays:
        days = wording.all_of(wording.weekday(one) for one in sorted(asked.weekdays))
        yield wording.say(_WEEKDAYS, days=days)
    if asked.hours is not None:
        yield wording.say(_HOURS, begins=asked.hours[0], ends=asked.hours[1])


_BEFORE: Final = Text("after %(n)s purchases of the member", "会员此前已购买 %(n)s 次时")
_MULTIPLE: Final = Text(
    "before a purchase that would be one in %(n)s of the member", "会员的下次购买为每第 %(n)s 次时"
)


def _counts(asked: Conditions, wording: Wording) -> Iterator[str]:
    if asked.nth is not None:
        yield wording.say(_BEFORE, n=asked.nth - 1)
    if asked.every is not None:
        yield wording.say(_MULTIPLE, n=asked.every)


def _value(value: Any, attribute: Attribute | None, names: Names, wording: Wording) -> str:
    if isinstance(value, list):
        return wording.one_of(_value(one, attribute, names, wording) for one in value)
    if isinstance(value, bool):
        return wording.say(_YES_NO[value])
    choices = dict(attribute.choices) if attribute is not None else {}
    found = choices.get(str(value))
    return found.in_language(names.language) if found is not None else str(value)


def _limit(limit: Limit, unit: str, wording: Wording) -> str:
    parts = []
    if limit.times is not None:
        one = wording.say(_ONCE) if limit.times == 1 else wording.say(_TIMES, times=limit.times)
        parts.append(one)
    if limit.units is not None:
        parts.append(wording.units(limit.units, unit))
    period = wording.say(_PERIODS[limit.period])
    return wording.say(_AT_MOST, what=wording.all_of(parts), period=period)


def _stacking(definition: Definition, wording: Wording) -> list[str]:
    said = [wording.say(_EXCLUSIVE)] if definition.stacking == "exclusive" else []
    return [*said, wording.say(_STOP)] if definition.stop else said
