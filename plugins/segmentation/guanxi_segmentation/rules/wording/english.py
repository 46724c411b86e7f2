"""Rules in English: "Customers whose country is “CN” and who have at least 3 purchases ..."."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.operators import NEVER_MISSING, OF_MONEY
from guanxi_segmentation.rules.periods import Period, period_of
from guanxi_segmentation.rules.tree import Leaf, Node
from guanxi_segmentation.rules.wording.names import OPPOSITE, is_none, is_some, moment, number
from guanxi_segmentation.rules.wording.wordings import Clause, Wordings

NOUNS = {
    "purchase": ("purchase", "purchases"),
    "return": ("return", "returns"),
    "call": ("call", "calls"),
    "message": ("message", "messages"),
    "visit": ("visit", "visits"),
    "complaint": ("complaint", "complaints"),
    "inquiry": ("inquiry", "inquiries"),
    "survey": ("survey", "surveys"),
    "meeting": ("meeting", "meetings"),
    "care": ("care contact", "care contacts"),
    "note": ("note", "notes"),
}
COMPARED = {
    "eq": "exactly {}",
    "ne": "other than {}",
    "lt": "less than {}",
    "lte": "at most {}",
    "gt": "more than {}",
    "gte": "at least {}",
}
DIRECTIONS = {"in": "incoming", "out": "outgoing", "none": "undirected"}


class English(Wordings):
    """English sentences."""

    def sentence(self, node: Node) -> str:
        """Return "Customers ..."."""
        return f"Customers {self.words(node)}."

    def join(self, parts: list[str], *, all_of: bool, outermost: bool) -> str:
        """Return "A, B, and C" or "(A or B)"."""
        word = "and" if all_of else "or"
        comma = "," if len(parts) > 2 else ""
        text = f"{', '.join(parts[:-1])}{comma} {word} {parts[-1]}"
        return text if outermost else f"({text})"

    def leaf(self, leaf: Leaf, *, negated: bool) -> Clause:
        """Return one condition."""
        return _LEAVES[type(leaf)](self, leaf, negated)

    # Attributes

    def attribute(self, leaf: tree.AttributeIs, negated: bool) -> Clause:  # noqa: FBT001
        """Return "whose country is ..."."""
        title = _lowered(self.names.attribute(leaf.key, "en"))
        op = OPPOSITE.get(leaf.op, leaf.op) if negated else leaf.op
        missing = bool(leaf.missing) != negated
        found = self.names.attributes.get(leaf.key)
        can_miss = leaf.op not in ("known", "unknown") and (found is None or found.nullable)
        is_not = negated and op == leaf.op
        text = f"{title} {self._compared(leaf, op, is_not)}"
        if can_miss and missing:
            text += " (or is not known)"
        elif can_miss and (op == "ne" or is_not) and not isinstance(leaf.value, bool):
            text += " (and is known)"
        return Clause("whose", text)

    def _compared(self, leaf: tree.AttributeIs, op: str, is_not: bool) -> str:  # noqa: FBT001
        be, do = ("is not", "does not ") if is_not else ("is", "")
        if op in ("known", "unknown"):
            return "is known" if op == "known" else "is not known"
        if op in ("contains", "starts"):
            verb = ("contain", "start with")[op == "starts"]
            verb = verb if is_not else verb.replace("contain", "contains").replace("art ", "arts ")
            return f"{do}{verb} {_quoted(leaf.value)}"
        if op in ("has", "has_any"):
            verb = f"{do}include" if is_not else "include"
            return f"{verb} {_any(self._values(leaf))}"
        if op == "anniversary_within":
            verb = "does not come round" if is_not else "comes round"
            return f"{verb} within the next {_period(leaf.value)}"
        if op in _TIMES:
            return f"{be} {self._time(op, leaf.value)}"
        return f"{be} {self._plain(leaf, op)}"

    def _plain(self, leaf: tree.AttributeIs, op: str) -> str:
        found = self.names.attributes.get(leaf.key)
        if found is not None and found.type in ("number", "money"):
            return self._number(op, leaf.value, _unit(found.type, found.unit))
        if isinstance(leaf.value, bool):
            return "yes" if leaf.value == (op == "eq") else "no"
        values = self._values(leaf)
        return f"not {values[0]}" if op == "ne" else _any(values)

    def _values(self, leaf: tree.AttributeIs) -> list[str]:
        given = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        return [self._value(leaf.key, one) for one in given]

    def _value(self, key: str, value: Any) -> str:
        return self.names.choice(key, value, "en") or _quoted(value)

    def _number(self, op: str, value: Any, unit: str) -> str:
        if op == "between":
            return f"between {unit.format(number(value[0]))} and {unit.format(number(value[1]))}"
        shown = unit.format(number(value))
        return shown if op == "eq" else COMPARED[op].format(shown)

    def _time(self, op: str, value: Any) -> str:
        if op == "within_last":
            return f"within the last {_period(value)}"
        if op == "within_next":
            return f"within the next {_period(value)}"
        if op == "older_than":
            return f"more than {_period(value, one='1')} ago"
        return f"{op} {self._moment(value)}"

    def _moment(self, value: Any) -> str:
        return _shown(moment(value, self.names.zone))

    # Touchpoints

    def touchpoints(self, leaf: tree.TouchpointsAre, negated: bool) -> Clause:  # noqa: FBT001
        """Return "who have at least 3 purchases in the last 90 days" and its like."""
        op = OPPOSITE.get(leaf.op, leaf.op) if negated else leaf.op
        is_not = negated and op == leaf.op
        clause = self._measured(leaf, op, "not " if is_not else "")
        can_miss = leaf.measure not in NEVER_MISSING and leaf.op not in ("known", "unknown")
        if can_miss and bool(leaf.missing) != negated:
            return Clause(clause.lead, f"{clause.text} (or there is none)")
        return clause

    def _measured(self, leaf: tree.TouchpointsAre, op: str, no: str) -> Clause:
        if op in ("known", "unknown"):
            amount = " with an amount" if leaf.measure in OF_MONEY else ""
            some = f"any {self._things(leaf)}" if op == "known" else f"no {self._things(leaf)}"
            return Clause("who have", f"{some}{amount}")
        if leaf.measure in NEVER_MISSING:
            return Clause("who have", self._counted(leaf, op, no))
        if leaf.measure in ("last", "first"):
            return Clause("whose", f"{leaf.measure} {self._things(leaf, one=True)} was {no}"
                          f"{self._time(op, leaf.value)}")  # fmt: skip
        amount = f"{no}{self._number(op, leaf.value, self._currency(leaf) + ' {}')}"
        if leaf.measure in ("min", "max"):
            extreme = "smallest" if leaf.measure == "min" else "largest"
            return Clause("whose", f"{extreme} {self._things(leaf, one=True)} is {amount}")
        verb = "come to" if leaf.measure == "sum" else "have an average of"
        total = " in total" if leaf.measure == "sum" else ""
        return Clause("whose", f"{self._things(leaf)} {verb} {amount}{total}")

    def _counted(self, leaf: tree.TouchpointsAre, op: str, no: str) -> str:
        if is_none(leaf.measure, op, leaf.value):
            return f"no {self._things(leaf)}"
        if is_some(leaf.measure, op, leaf.value):
            return f"at least one {self._things(leaf, one=True)}"
        single = op != "between" and number(leaf.value) == "1"
        shown = no + self._number(op, leaf.value, "{}").replace("less than", "fewer than")
        shown = f"exactly {shown}" if op == "eq" else shown
        if leaf.measure == "days":
            day = "day" if single else "different days"
            return f"{self._things(leaf)} on {shown} {day}"
        return f"{shown} {self._things(leaf, one=single)}"

    def _things(self, leaf: tree.TouchpointsAre, *, one: bool = False) -> str:
        of = leaf.of
        adjectives = [DIRECTIONS[direction] for direction in of.direction]
        nouns = [self._noun(kind, one=one) for kind in of.kind] or [
            "contact" if one else "contacts"
        ]
        parts = [" or ".join(adjectives), " or ".join(nouns)]
        if of.channel:
            parts.append("via " + _any([self.names.word("channel", c) for c in of.channel]))
        if of.outcome:
            parts.append("ending in " + _any([self.names.word("outcome", o) for o in of.outcome]))
        if of.product:
            parts.append("of the product " + _any([_quoted(p) for p in of.product]))
        if of.source:
            parts.append("from the source " + _any([_quoted(s) for s in of.source]))
        if of.amount:
            bounds = [self._number(o, v, self._currency(leaf) + " {}") for o, v in of.amount]
            parts.append("of " + " and ".join(bounds))
        elif leaf.currency and leaf.measure not in OF_MONEY:
            parts.append(f"in {leaf.currency}")
        return " ".join(part for part in (*parts, self._window(leaf.window)) if part)

    def _noun(self, kind: str, *, one: bool) -> str:
        if kind in NOUNS:
            return NOUNS[kind][0 if one else 1]
        return (
            f"{'contact' if one else 'contacts'} of kind {_quoted(self.names.word('kind', kind))}"
        )

    def _currency(self, leaf: tree.TouchpointsAre) -> str:
        return leaf.currency or self.names.currency

    def _window(self, window: tree.Window | None) -> str:
        if window is None:
            return ""
        if isinstance(window, tree.Sliding):
            return f"in the last {_period(window.last.text)}"
        if isinstance(window, tree.Fixed):
            ends = (("from", window.start), ("until before", window.end))
            return " ".join(f"{word} {self._moment(at)}" for word, at in ends if at)
        zone = f" ({window.zone})" if window.zone else ""
        return _units(window) + zone

    # The others

    def segment(self, leaf: tree.InSegment, negated: bool) -> Clause:  # noqa: FBT001
        """Return "who are in the segment ..."."""
        no = "" if leaf.member != negated else "not "
        return Clause("who are", f"{no}in the segment {_quoted(self.names.segment(leaf.key))}")

    def held(self, leaf: tree.Held, negated: bool) -> Clause:  # noqa: FBT001
        """Return "who for at least 14 days have been customers whose country is ..."."""
        inner = self.words(leaf.where, outermost=False)
        no = "not " if negated else ""
        length = _period(leaf.period.text, one="1")
        return Clause("who", f"have {no}for at least {length} been customers {inner}")

    def bucket(self, leaf: tree.Bucket, negated: bool) -> Clause:  # noqa: FBT001
        """Return "who are among a random 10% ..."."""
        no = "not " if negated else ""
        share = f"{number(leaf.high)}%"
        if leaf.low:
            share = f"part from {number(leaf.low)}% to {number(leaf.high)}%"
        return Clause("who are", f"{no}among a random {share} of all ({_quoted(leaf.salt)})")

    def consent(self, leaf: tree.ConsentIs, negated: bool) -> Clause:  # noqa: FBT001
        """Return "who agreed to marketing by e-mail"."""
        purpose = _lowered(self.names.word("purpose", leaf.purpose))
        channel = _lowered(self.names.word("consent_channel", leaf.channel))
        verb = _CONSENTS[leaf.state][negated]
        through = "through all channels" if leaf.channel == "any" else f"by {channel}"
        return Clause("who", f"{verb} {purpose} {through}")


_CONSENTS = {
    "given": ("have agreed to", "have not agreed to"),
    "refused": ("have refused", "have not refused"),
    "unasked": ("were never asked about", "were asked about"),
}
_TIMES = frozenset({"before", "after", "on", "within_last", "older_than", "within_next"})
_LEAVES: Mapping[type, Callable[[English, Any, bool], Clause]] = {
    tree.AttributeIs: English.attribute,
    tree.TouchpointsAre: English.touchpoints,
    tree.InSegment: English.segment,
    tree.Held: English.held,
    tree.Bucket: English.bucket,
    tree.ConsentIs: English.consent,
}
_THIS = {"day": "today", "week": "this week", "month": "this month",
         "quarter": "this quarter", "year": "this year"}  # fmt: skip


def _units(window: tree.Calendar) -> str:
    unit, back, count = window.unit, -window.offset, window.count
    if back == 0:
        return _THIS[unit]
    if (back, count) == (1, 1):
        return "yesterday" if unit == "day" else f"last {unit}"
    if count == back:
        return f"in the {count} {unit}s before {_THIS[unit]}"
    if count == back + 1:
        return f"{_THIS[unit]} or in the {unit if back == 1 else f'{back} {unit}s'} before"
    if count == 1:
        return f"in the {unit} {back} {unit}s ago"
    return f"in {count} {unit}s beginning {back} {unit}s ago"


def _period(text: Any, *, one: str = "") -> str:
    period = period_of(str(text))
    if period is None:
        return str(text)
    count, unit = _count(period)
    if count == 1:
        return f"{one} {unit}".strip()
    return f"{count} {unit}s"


def _count(period: Period) -> tuple[int, str]:
    digits = int("".join(one for one in period.text if one.isdigit()))
    return digits, {"D": "day", "W": "week", "H": "hour"}[period.text[-1]]


def _shown(at: date | datetime) -> str:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    day = f"{at.day} {months[at.month - 1]} {at.year}"
    return f"{day}, {at:%H:%M}" if isinstance(at, datetime) and (at.hour or at.minute) else day


def _unit(type_: str, unit: str | None) -> str:
    if not unit:
        return "{}"
    return f"{unit} {{}}" if type_ == "money" else "{}%" if unit == "%" else f"{{}} {unit}"


def _quoted(value: Any) -> str:
    return f"“{value}”"


def _any(values: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(values[:-1]), values[-1])))


def _lowered(title: str) -> str:
    """Return a title as it stands within a sentence; abbreviations stay as they are."""
    if len(title) > 1 and title[1].isupper():
        return title
    return title[:1].lower() + title[1:]
