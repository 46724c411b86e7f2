"""The controls of one condition, by what it is about."""

from collections.abc import Mapping
from typing import Any

from guanxi_segmentation.pages.builder import words
from guanxi_segmentation.pages.builder.fields import Control, Fields, others
from guanxi_segmentation.pages.builder.lengths import unit_options
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.touchpoint_controls import TouchpointControls
from guanxi_segmentation.pages.builder.tree import Leaf
from guanxi_segmentation.pages.builder.words import Option
from guanxi_segmentation.rules.operators import MEASURES, NEVER_MISSING, OPERATORS
from guanxi_segmentation.texts import _


class LeafControls:
    """The controls of one condition, by what it is about."""

    def __init__(self, leaf: Leaf, offers: Offers) -> None:
        self.leaf = leaf
        self.offers = offers
        self.fields = Fields(leaf)
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
                    self.fields.select("is", _("Is"), _member_options()),
                    self.fields.select(
                        "value", _("Segment"), self.offers.segments, empty=_("Choose a segment")
                    ),
                ]
            case "consent":
                return [
                    self.fields.select("channel", _("Channel"), self.offers.consent_channels),
                    self.fields.select("purpose", _("Purpose"), self.offers.purposes),
                    self.fields.select("is", _("Is"), _consent_options()),
                ]
            case "bucket":
                return [
                    self.fields.number("from", _("From percent"), default="0"),
                    self.fields.number("to", _("To percent"), suffix="%", default="10"),
                    self.fields.text(
                        "salt", _("Name of the draw"), default="test", shows_label=True
                    ),
                ]
        return []

    def details(self) -> list[list[Control]]:
        """Return the rows below: which touchpoints, when, and what is not known."""
        if self.kept:
            return []
        rows = []
        if self.source == "touchpoints":
            rows += TouchpointControls(self.leaf, self.offers).rows()
        if self._may_be_missing():
            label = _("A customer for whom this is not known")
            options = words.missing_options()
            rows.append([self.fields.select("missing", label, options, shows_label=True)])
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
            return [self.fields.length("period", units)]
        if wants == "pair":
            return [
                self.fields.number("value", _("From")),
                self.fields.number("value2", _("To"), suffix=unit),
            ]
        if wants in ("day", "moment"):
            return [self.fields.day("value", _("Day"))]
        return self._list(attribute) if wants == "list" else self._one(type_, unit, attribute)

    def _list(self, attribute: Any) -> list[Control]:
        offered = self.offers.values(attribute)
        chosen = self.leaf.texts("value")
        if offered:
            options = [*offered, *others(chosen, offered)]
            return [Control("checks", "value", _("Values"), values=tuple(chosen), options=options)]
        typed = self.leaf.text("lines") or "\n".join(chosen)
        return [Control("lines", "lines", _("Values, one a line"), typed)]

    def _one(self, type_: str, unit: str, attribute: Any) -> list[Control]:
        if type_ in ("number", "money"):
            return [self.fields.number("value", _("Compared with"), suffix=unit)]
        if type_ == "boolean":
            return [self.fields.select("value", _("Compared with"), words.yes_no())]
        if type_ == "date":
            return [self.fields.day("value", _("Day"))]
        offered = self.offers.values(attribute) if attribute is not None else []
        if offered:
            return [self.fields.select("value", _("Compared with"), offered, empty=_("Choose"))]
        near = self.offers.suggestions(attribute) if attribute is not None else []
        typed = self.leaf.text("value")
        return [Control("text", "value", _("Compared with"), typed, suggestions=near)]


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
