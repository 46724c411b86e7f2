"""Rules in Chinese: 国家/地区是“CN”，并且最近 90 天内购买至少 3 次的客户。"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.operators import NEVER_MISSING, OF_MONEY
from guanxi_segmentation.rules.periods import period_of
from guanxi_segmentation.rules.tree import Leaf, Node
from guanxi_segmentation.rules.wording.names import OPPOSITE, is_none, is_some, moment, number
from guanxi_segmentation.rules.wording.wordings import Clause, Wordings

NOUNS = {
    "purchase": "购买",
    "return": "退货",
    "call": "通话",
    "message": "消息",
    "visit": "到访",
    "complaint": "投诉",
    "inquiry": "咨询",
    "survey": "调查",
    "meeting": "会面",
    "care": "客户关怀",
    "note": "备注",
}
COMPARED = {
    "eq": "等于 {}",
    "ne": "不等于 {}",
    "lt": "低于 {}",
    "lte": "不超过 {}",
    "gt": "超过 {}",
    "gte": "不低于 {}",
}
COUNTED = {
    "eq": "正好 {}",
    "ne": "不是 {}",
    "lt": "不到 {}",
    "lte": "至多 {}",
    "gt": "超过 {}",
    "gte": "至少 {}",
}
DIRECTIONS = {"in": "客户发起的", "out": "我方发起的", "none": "无方向的"}


class Chinese(Wordings):
    """Chinese sentences."""

    def sentence(self, node: Node) -> str:
        """Return "……的客户。"."""
        return f"{_then(self.words(node), '的客户')}。"

    def join(self, parts: list[str], *, all_of: bool, outermost: bool) -> str:
        """Return "甲，并且乙" or "（甲，或者乙）"."""
        text = ("，并且" if all_of else "，或者").join(parts)
        return text if outermost else f"（{text}）"

    def leaf(self, leaf: Leaf, *, negated: bool) -> Clause:
        """Return one condition."""
        return Clause("", _LEAVES[type(leaf)](self, leaf, negated))

    # Attributes

    def attribute(self, leaf: tree.AttributeIs, negated: bool) -> str:  # noqa: FBT001
        """Return 国家/地区是“CN”."""
        title = self.names.attribute(leaf.key, "zh")
        op = OPPOSITE.get(leaf.op, leaf.op) if negated else leaf.op
        is_not = negated and op == leaf.op
        found = self.names.attributes.get(leaf.key)
        can_miss = leaf.op not in ("known", "unknown") and (found is None or found.nullable)
        text = f"{title}{self._compared(leaf, op, is_not)}"
        if can_miss and bool(leaf.missing) != negated:
            return f"{text}（或未知）"
        plain = isinstance(leaf.value, bool) or not (op == "ne" or is_not)
        return text if plain or not can_miss else f"{text}（且已知）"

    def _compared(self, leaf: tree.AttributeIs, op: str, is_not: bool) -> str:  # noqa: FBT001
        no = "不" if is_not else ""
        if op in ("known", "unknown"):
            return "已知" if op == "known" else "未知"
        if op in ("contains", "starts"):
            verb = "包含" if op == "contains" else ("以{}开头" if not no else "不以{}开头")
            shown = _quoted(leaf.value)
            return verb.format(shown) if op == "starts" else f"{no}{verb}{shown}"
        if op in ("has", "has_any"):
            return f"{no}包含{_any(self._values(leaf))}"
        if op == "anniversary_within":
            return f"的周年日{no}在今天起的 {_period(leaf.value)}之内"
        if op in _TIMES:
            return self._time(op, leaf.value, no)
        return self._plain(leaf, op, no)

    def _plain(self, leaf: tree.AttributeIs, op: str, no: str) -> str:
        found = self.names.attributes.get(leaf.key)
        if found is not None and found.type in ("number", "money"):
            return no + self._number(op, leaf.value, _unit(found.unit), COMPARED)
        if isinstance(leaf.value, bool):
            return "：是" if leaf.value == (op == "eq") else "：否"
        values = self._values(leaf)
        return f"不是{values[0]}" if op == "ne" else f"{no}是{_any(values)}"

    def _values(self, leaf: tree.AttributeIs) -> list[str]:
        given = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        return [self._value(leaf.key, one) for one in given]

    def _value(self, key: str, value: Any) -> str:
        return _quoted(self.names.choice(key, value, "zh") or value)

    def _number(self, op: str, value: Any, unit: str, words: Mapping[str, str]) -> str:
        if op == "between":
            low, high = (unit.format(number(one)) for one in value)
            return _then(_then(f"在 {low}", "到") + f" {high}", "之间")
        return words[op].format(unit.format(number(value)))

    def _time(self, op: str, value: Any, no: str) -> str:
        if op == "within_last":
            return f"{no}在最近 {_period(value)}内"
        if op == "within_next":
            return f"{no}在未来 {_period(value)}内"
        if op == "older_than":
            return f"{no}在 {_period(value)}以前"
        shown = _shown(moment(value, self.names.zone))
        return f"{no}是 {shown}" if op == "on" else f"{no}{_SIDES[op].format(shown)}"

    # Touchpoints

    def touchpoints(self, leaf: tree.TouchpointsAre, negated: bool) -> str:  # noqa: FBT001
        """Return 最近 90 天内购买至少 3 次, and its like."""
        op = OPPOSITE.get(leaf.op, leaf.op) if negated else leaf.op
        no = "不" if negated and op == leaf.op else ""
        text = self._measured(leaf, op, no)
        can_miss = leaf.measure not in NEVER_MISSING and leaf.op not in ("known", "unknown")
        return f"{text}（或从未有过）" if can_miss and bool(leaf.missing) != negated else text

    def _measured(self, leaf: tree.TouchpointsAre, op: str, no: str) -> str:
        window, things = self._window(leaf.window), self._things(leaf)
        if op in ("known", "unknown"):
            amount = "有金额的" if leaf.measure in OF_MONEY else ""
            return f"{window}{'有过' if op == 'known' else '没有'}{amount}{things}"
        if leaf.measure in NEVER_MISSING:
            return f"{window}{self._counted(leaf, op, no, things)}"
        if leaf.measure in ("last", "first"):
            which = "最近一次" if leaf.measure == "last" else "第一次"
            return f"{window}{which}{things}{self._time(op, leaf.value, no)}"
        amount = no + self._number(op, leaf.value, self._currency(leaf), COMPARED)
        name = {"sum": "合计", "avg": "平均每次", "min": "最低一次", "max": "最高一次"}
        return f"{window}{things}的金额{name[leaf.measure]}{amount}"

    def _counted(self, leaf: tree.TouchpointsAre, op: str, no: str, things: str) -> str:
        if is_none(leaf.measure, op, leaf.value):
            return f"没有{things}"
        if is_some(leaf.measure, op, leaf.value):
            return f"有过{things}"
        if leaf.measure == "days":
            return f"有{things}的日子{no}{self._number(op, leaf.value, '{} 天', COUNTED)}"
        return f"{things}{no}{self._number(op, leaf.value, '{} 次', COUNTED)}"

    def _things(self, leaf: tree.TouchpointsAre) -> str:
        of = leaf.of
        channels = [self.names.word("channel", channel) for channel in of.channel]
        where = f"在{_any(channels)}" if channels else ""
        nouns = "或".join([self._noun(kind) for kind in of.kind] or ["接触"])
        return "、".join(self._marks(leaf)) + where + nouns

    def _marks(self, leaf: tree.TouchpointsAre) -> list[str]:
        of = leaf.of
        parts = ["或".join(DIRECTIONS[direction] for direction in of.direction)]
        if of.outcome:
            named = [_quoted(self.names.word("outcome", o)) for o in of.outcome]
            parts.append(f"结果为{_any(named)}的")
        if of.product:
            parts.append(f"含商品{_any([_quoted(p) for p in of.product])}的")
        if of.source:
            parts.append(f"来源为{_any([_quoted(s) for s in of.source])}的")
        if of.amount:
            unit = self._currency(leaf)
            bounds = [self._number(o, v, unit, COMPARED) for o, v in of.amount]
            parts.append(f"金额{' 且'.join(bounds)} 的")
        elif leaf.currency and leaf.measure not in OF_MONEY:
            parts.append(f"以 {leaf.currency} 计价的")
        return [part for part in parts if part]

    def _noun(self, kind: str) -> str:
        return NOUNS.get(kind) or _quoted(self.names.word("kind", kind))

    def _currency(self, leaf: tree.TouchpointsAre) -> str:
        return "{} " + (leaf.currency or self.names.currency)

    def _window(self, window: tree.Window | None) -> str:
        if window is None:
            return ""
        if isinstance(window, tree.Sliding):
            return f"最近 {_period(window.last.text)}内"
        if isinstance(window, tree.Fixed):
            low, high = (
                at and _shown(moment(at, self.names.zone)) for at in (window.start, window.end)
            )
            start = _then(low, "起") if low else ""
            return start + (_then(f"至 {high}", "前") if high else "")
        zone = f"（{window.zone}）" if window.zone else ""
        return _units(window) + zone

    # The others

    def segment(self, leaf: tree.InSegment, negated: bool) -> str:  # noqa: FBT001
        """Return 属于细分群体“……”."""
        no = "" if leaf.member != negated else "不"
        return f"{no}属于细分群体{_quoted(self.names.segment(leaf.key))}"

    def held(self, leaf: tree.Held, negated: bool) -> str:  # noqa: FBT001
        """Return （……）已持续至少 14 天."""
        inner = self.words(leaf.where, outermost=False)
        inner = inner if inner.startswith("（") else f"（{inner}）"
        length = _period(leaf.period.text)
        return f"{inner}{'尚未持续' if negated else '已持续至少'} {length}"

    def bucket(self, leaf: tree.Bucket, negated: bool) -> str:  # noqa: FBT001
        """Return 属于随机抽取的 10%."""
        no = "不" if negated else ""
        part = f"{number(leaf.low)}%–{number(leaf.high)}%" if leaf.low else f"{number(leaf.high)}%"
        return f"{no}属于随机抽取的 {part}（{_quoted(leaf.salt)}）"

    def consent(self, leaf: tree.ConsentIs, negated: bool) -> str:  # noqa: FBT001
        """Return 已同意“营销”（电子邮件）."""
        purpose = _quoted(self.names.word("purpose", leaf.purpose))
        known = self.names.words.get("consent_channel", {})
        channel = known.get(leaf.channel, "所有渠道" if leaf.channel == "any" else leaf.channel)
        verb = _CONSENTS[leaf.state][negated]
        return f"{verb.format(purpose)}（{channel}）"


_CONSENTS = {
    "given": ("已同意{}", "没有同意{}"),
    "refused": ("已拒绝{}", "没有拒绝{}"),
    "unasked": ("尚未就{}表态", "已就{}表态"),
}
_SIDES = {"before": "早于 {}", "after": "晚于 {}"}
_TIMES = frozenset({"before", "after", "on", "within_last", "older_than", "within_next"})
_LEAVES: Mapping[type, Callable[[Chinese, Any, bool], str]] = {
    tree.AttributeIs: Chinese.attribute,
    tree.TouchpointsAre: Chinese.touchpoints,
    tree.InSegment: Chinese.segment,
    tree.Held: Chinese.held,
    tree.Bucket: Chinese.bucket,
    tree.ConsentIs: Chinese.consent,
}
_THIS = {"day": "今天", "week": "本周", "month": "本月", "quarter": "本季度", "year": "今年"}
_LAST = {"day": "昨天", "week": "上周", "month": "上月", "quarter": "上季度", "year": "去年"}
_COUNT = {"day": " 天", "week": " 周", "month": " 个月", "quarter": " 个季度", "year": " 年"}


def _units(window: tree.Calendar) -> str:
    unit, back, count = window.unit, -window.offset, window.count
    if back == 0:
        return _THIS[unit]
    if (back, count) == (1, 1):
        return _LAST[unit]
    if count == back:
        return f"{_THIS[unit]}之前的 {count}{_COUNT[unit]}内"
    if count == back + 1:
        return f"包括{_THIS[unit]}在内的最近 {count}{_COUNT[unit]}内"
    return f"从 {back}{_COUNT[unit]}前算起的 {count}{_COUNT[unit]}内"


def _period(text: Any) -> str:
    period = period_of(str(text))
    if period is None:
        return str(text)
    digits = int("".join(one for one in period.text if one.isdigit()))
    return f"{digits} {({'D': '天', 'W': '周', 'H': '小时'})[period.text[-1]]}"


def _shown(at: date | datetime) -> str:
    day = f"{at.year} 年 {at.month} 月 {at.day} 日"
    return f"{day} {at:%H:%M}" if isinstance(at, datetime) and (at.hour or at.minute) else day


def _unit(unit: str | None) -> str:
    if not unit:
        return "{}"
    return f"{{}}{unit}" if unit == "%" else f"{{}} {unit}"


def _then(text: str, more: str) -> str:
    """Join Chinese to a text, after a space where that ends in Latin letters or digits."""
    return f"{text} {more}" if text[-1:].isascii() and text[-1:].isalnum() else text + more


def _quoted(value: Any) -> str:
    return f"“{value}”"


def _any(values: Sequence[str]) -> str:
    return "或".join(filter(None, ("、".join(values[:-1]), values[-1])))
