"""The fields of a condition: what stands in them, and what can be chosen."""

from dataclasses import dataclass, field
from typing import Any

from guanxi_segmentation.pages.builder import words
from guanxi_segmentation.pages.builder.tree import Leaf
from guanxi_segmentation.pages.builder.words import Option
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


class Fields:
    """Makes the fields of one condition from what was typed or stored."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf

    def select(
        self, name: str, label: str, offered: list[Option], *, default: str = "", **more: Any
    ) -> Control:
        """One of what is offered; a value that is not offered any more stays."""
        first = default or (offered[0][0] if offered and not more.get("empty") else "")
        value = self.leaf.text(name, first)
        options = [*offered, *others([value], offered)]
        return Control("select", name, label, value, options=options, **more)

    def checks(self, name: str, label: str, offered: list[Option], nothing: str) -> Control:
        """Any of what is offered; ``nothing`` is shown while none is chosen."""
        values = self.leaf.texts(name)
        options = [*offered, *others(values, offered)]
        return Control("checks", name, label, values=tuple(values), options=options, empty=nothing)

    def number(self, name: str, label: str, *, default: str = "", **more: Any) -> Control:
        """A number."""
        return Control("number", name, label, self.leaf.text(name, default), **more)

    def text(self, name: str, label: str, *, default: str = "", **more: Any) -> Control:
        """A line of text."""
        return Control("text", name, label, self.leaf.text(name, default), **more)

    def day(self, name: str, label: str) -> Control:
        """A day."""
        return Control("date", name, label, self.leaf.text(name))

    def length(self, name: str, units: list[Option]) -> Control:
        """A length of time."""
        unit = self.leaf.text(f"{name}_unit", "D")
        text = self.leaf.text(name)
        return Control("length", name, _("How long"), text, values=(unit,), options=units)

    def bound(self, name: str, label: str, operators: tuple[str, str]) -> Control:
        """A bound of the amount, that belongs to it or not."""
        chosen = self.leaf.text(f"{name}_is")
        return Control(
            "bound", name, label, self.leaf.text(name),
            values=(chosen if chosen in operators else operators[0],),
            options=words.options(words.BOUNDS, operators),
        )  # fmt: skip


def others(values: list[str], offered: list[Option]) -> list[Option]:
    """Return values that are not offered any more, so that they are not lost unseen."""
    known = {key for key, _title in offered}
    return [(one, one) for one in values if one and one not in known]
