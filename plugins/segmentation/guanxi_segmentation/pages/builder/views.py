"""The tree as the page draws it: for each part its controls, what is wrong, what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanxi_segmentation.pages.builder import words
from guanxi_segmentation.pages.builder.lengths import unit_options
from guanxi_segmentation.pages.builder.moving import can
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.tree import Group, Leaf, Part, Place, name_of
from guanxi_segmentation.pages.builder.words import Option
from guanxi_segmentation.rules.operators import MEASURES, NEVER_MISSING, OPERATORS
from guanxi_segmentation.texts import _


@dataclass(frozen=True, slots=True)
class Control:
    """One field of a condition. ``redraws``: other fields depend on it."""

    kind: str
    """select, text, number, length, bound, date, lines, checks, hidden or note"""
    name: str
    label: str
    value: str = ""
    values: tuple[str, ...] = ()
    options: list[Option] = field(default_factory=list)
    suggestions: list[Option] = field(default_factory=list)
    suffix: str = ""
    redraws: bool = False
    shows_label: bool = False
    empty: str = ""
    """What a list says while nothing is chosen; empty: something always is."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A condition or a group as it is drawn."""

    name: str
    number: int
    depth: int
    is_group: bool
    what: str
    controls: list[Control]
    details: list[list[Control]]
    """Further rows of controls below the first."""
    parts: "list[PartView]"
    can: Mapping[str, bool]
    lack: str
    error: str
    focused: bool
    match: str = "all"
    held: str = ""
    held_unit: str = "D"


def draw(
    root: Group,
    offers: Offers,
    *,
    lacks: Mapping[Place, str] | None = None,
    errors: Mapping[Place, str] | None = None,
    focus: Place | None = None,
) -> PartView:
    """Return the whole tree as it is drawn.

    :param lacks: what has to be filled in yet; :param errors: what is wrong.
    :param focus: the part that was just added or moved.
    """
    return _Drawing(root, offers, lacks or {}, errors or {}, focus).part(root, (), 0)


class _Drawing:
    def __init__(
        self,
        root: Group,
        offers: Offers,
        lacks: Mapping[Place, str],
        errors: Mapping[Place, str],
        focus: Place | None,
    ) -> None:
        self.root = root
        self.offers = offers
        self.lacks = lacks
        self.errors = errors
        self.focus = focus

    def part(self, part: Part, place: Place, number: int) -> PartView:
        group = part if isinstance(part, Group) else None
        leaf = LeafControls(part, self.offers) if isinstance(part, Leaf) else None
        return PartView(
            name=name_of(place),
            number=number,
            depth=len(place),
            is_group=group is not None,
            what=part.what if isinstance(part, Leaf) else "",
            controls=leaf.first() if leaf else [],
            details=leaf.details() if leaf else [],
            parts=[self.part(p, (*place, i), i + 1) for i, p in enumerate(group.parts)]
            if group
            else [],
            can=can(self.root, place) if place else {},
            lack=self.lacks.get(place, ""),
            error=self.errors.get(place, ""),
            focused=self.focus == place,
            match=group.match if group else "",
            held=group.held if group else "",
            held_unit=group.held_unit if group else "D",
        )


class LeafControls:
    """The controls of one condition, by what it is about."""

    def __init__(self, leaf: Leaf, offers: Offers) -> None:
        self.leaf = leaf
        self.offers = offers
        self.source, _sep, self.key = leaf.what.partition(":")
        gone = self.source == "attribute" and self.key not in offers.attributes
        self.kept = bool(leaf.text("stored")) or gone

    def first(self) -> list[Control]:  # noqa: PLR0911 -- one for each subject
        """Return what stands beside the subject: the comparison."""
        if self.kept:
            return self._as_it_is()
        match self.source:
            case "attribute":
                return self._attribute()
            case "touchpoints" if self.key in MEASURES:
                money = self.key not in ("count", "days", "last", "first")
                unit = (self.leaf.text("currency") or self.offers.currency) if money else ""
                return self._compared(MEASURES[self.key], _measured(self.key), unit)
            case "segment":
                return [
                    self._select("is", _("Is"), _member_options()),
                    self._select(
                        "value", _("Segment"), self.offers.segments, empty=_("Choose a segment")
                    ),
                ]
            case "consent":
                return [
                    self._select("channel", _("Channel"), self.offers.consent_channels),
                    self._select("purpose", _("Purpose"), self.offers.purposes),
                    self._select("is", _("Is"), _consent_options()),
                ]
            case "bucket":
                return [
                    self._number("from", _("From percent"), default="0"),
                    self._number("to", _("To percent"), suffix="%", default="10"),
                    self._text("salt", _("Name of the draw"), default="test", shows_label=True),
                ]
        return []

    def details(self) -> list[list[Control]]:
        """Return the rows below: which touchpoints, when, and what is not known."""
        if self.kept:
            return []
        rows = []
        if self.source == "touchpoints":
            rows += [self._which(), self._when(), self._which_more()]
        if self._may_be_missing():
            label = _("A customer of whom this is not known")
            options = words.missing_options()
            rows.append([self._select("missing", label, options, shows_label=True)])
        return rows

    def _may_be_missing(self) -> bool:
        if self.leaf.text("is") in ("known", "unknown"):
            return False
        if self.source == "attribute":
            attribute = self.offers.attributes.get(self.key)
            return attribute is not None and attribute.nullable
        return self.source == "touchpoints" and self.key not in NEVER_MISSING

    def _as_it_is(self) -> list[Control]:
        if self.source == "attribute" and self.key in self.offers.hidden:
            title = self.offers.hidden[self.key]
            note = _("You may not see %(title)s; this condition stays as it is.", title=title)
        elif self.source == "attribute" and self.key not in self.offers.attributes:
            note = _("%(key)s is not there now: its app may be switched off.", key=self.key)
        else:
            note = _("A program made this condition; it stays as it is.")
        kept = Control("hidden", "stored", "", self.leaf.text("stored"))
        return [kept, Control("note", "note", note)]

    def _attribute(self) -> list[Control]:
        attribute = self.offers.attributes[self.key]
        return self._compared(
            OPERATORS[attribute.type], attribute.type, attribute.unit or "", attribute
        )

    def _compared(
        self, operators: Mapping[str, str], type_: str, unit: str, attribute: Any = None
    ) -> list[Control]:
        chosen = self.leaf.text("is")
        if chosen not in operators:
            chosen = next(iter(operators))
            self.leaf.values["is"] = [chosen]
        how = Control(
            "select", "is", _("Comparison"), chosen,
            options=words.options(words.OPERATORS, operators), redraws=True,
        )  # fmt: skip
        return [how, *self._values(operators[chosen], type_, unit, attribute)]

    def _values(self, wants: str, type_: str, unit: str, attribute: Any) -> list[Control]:
        if wants == "nothing":
            return []
        if wants == "period":
            units = unit_options(hours=type_ != "date")
            return [self._length("period", units)]
        if wants == "pair":
            return [
                self._number("value", _("From")),
                self._number("value2", _("To"), suffix=unit),
            ]
        if wants in ("day", "moment"):
            return [self._day("value", _("Day"))]
        return self._list(attribute) if wants == "list" else self._one(type_, unit, attribute)

    def _list(self, attribute: Any) -> list[Control]:
        offered = self.offers.values(attribute)
        chosen = self.leaf.texts("value")
        if offered:
            options = [*offered, *_others(chosen, offered)]
            return [Control("checks", "value", _("Values"), values=tuple(chosen), options=options)]
        typed = self.leaf.text("lines") or "\n".join(chosen)
        return [Control("lines", "lines", _("Values, one a line"), typed)]

    def _one(self, type_: str, unit: str, attribute: Any) -> list[Control]:
        if type_ in ("number", "money"):
            return [self._number("value", _("Compared with"), suffix=unit)]
        if type_ == "boolean":
            return [self._select("value", _("Compared with"), words.yes_no())]
        if type_ == "date":
            return [self._day("value", _("Day"))]
        offered = self.offers.values(attribute) if attribute is not None else []
        if offered:
            return [self._select("value", _("Compared with"), offered, empty=_("Choose"))]
        near = self.offers.suggestions(attribute) if attribute is not None else []
        typed = self.leaf.text("value")
        return [Control("text", "value", _("Compared with"), typed, suggestions=near)]

    def _which(self) -> list[Control]:
        return [
            self._checks("kind", _("Kind"), self.offers.kinds, _("any kind")),
            self._checks("channel", _("Channel"), self.offers.channels, _("any channel")),
        ]

    def _which_more(self) -> list[Control]:
        directions = words.options(words.DIRECTIONS)
        return [
            self._checks("direction", _("Direction"), directions, _("any direction")),
            self._checks("outcome", _("Outcome"), self.offers.outcomes, _("any outcome")),
            self._more("amount_from", _("Amount from"), ("gte", "gt")),
            self._more("amount_to", _("Amount up to"), ("lte", "lt")),
            Control("text", "currency", _("Currency"), self.leaf.text("currency")),
            Control("lines", "source", _("Sources, one a line"), self.leaf.text("source")),
            Control("lines", "product", _("Products, one a line"), self.leaf.text("product")),
        ]

    def _more(self, name: str, label: str, operators: tuple[str, str]) -> Control:
        chosen = self.leaf.text(f"{name}_is")
        return Control(
            "bound", name, label, self.leaf.text(name),
            values=(chosen if chosen in operators else operators[0],),
            options=words.options(words.BOUNDS, operators),
        )  # fmt: skip

    def _when(self) -> list[Control]:
        chosen = self.leaf.text("window", "any")
        when = Control(
            "select", "window", _("When"), chosen, options=words.options(words.WINDOWS),
            redraws=True,
        )  # fmt: skip
        if chosen == "last":
            return [when, self._length("last", unit_options())]
        if chosen == "between":
            return [
                when,
                self._day("from", _("From the day")),
                self._day("to", _("Before the day")),
            ]
        return [when, *self._calendar()] if chosen == "calendar" else [when]

    def _calendar(self) -> list[Control]:
        zone = self.leaf.text("zone")
        kept = [Control("hidden", "zone", "", zone)] if zone else []
        back = words.periods_back(self.leaf.text("offset", "0"))
        return [
            self._select("offset", _("Which"), back, default="0"),
            self._select("unit", _("Unit"), words.options(words.PERIODS), default="month"),
            self._number("count", _("and how many from there"), default="1", shows_label=True),
            *kept,
        ]

    def _length(self, name: str, units: list[Option]) -> Control:
        unit = self.leaf.text(f"{name}_unit", "D")
        text = self.leaf.text(name)
        return Control("length", name, _("How long"), text, values=(unit,), options=units)

    def _select(
        self, name: str, label: str, offered: list[Option], *, default: str = "", **more: Any
    ) -> Control:
        first = default or (offered[0][0] if offered and not more.get("empty") else "")
        value = self.leaf.text(name, first)
        options = [*offered, *_others([value], offered)]
        return Control("select", name, label, value, options=options, **more)

    def _checks(self, name: str, label: str, offered: list[Option], nothing: str) -> Control:
        values = self.leaf.texts(name)
        options = [*offered, *_others(values, offered)]
        return Control("checks", name, label, values=tuple(values), options=options, empty=nothing)

    def _number(self, name: str, label: str, *, default: str = "", **more: Any) -> Control:
        return Control("number", name, label, self.leaf.text(name, default), **more)

    def _text(self, name: str, label: str, *, default: str = "", **more: Any) -> Control:
        return Control("text", name, label, self.leaf.text(name, default), **more)

    def _day(self, name: str, label: str) -> Control:
        return Control("date", name, label, self.leaf.text(name))


def _others(values: list[str], offered: list[Option]) -> list[Option]:
    """Return values that are not offered any more, so that they are not lost unseen."""
    known = {key for key, _title in offered}
    return [(one, one) for one in values if one and one not in known]


def _measured(measure: str) -> str:
    if measure in ("last", "first"):
        return "instant"
    return "number" if measure in NEVER_MISSING else "money"


def _member_options() -> list[Option]:
    return [("member", _("is a member of")), ("not_member", _("is not a member of"))]


def _consent_options() -> list[Option]:
    return [
        ("given", _("was given")),
        ("refused", _("was refused")),
        ("unasked", _("was never asked for")),
    ]
