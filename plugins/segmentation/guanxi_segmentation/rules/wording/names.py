"""What a rule's keys are called, for sentences in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from guanxi.sdk import Attribute


@dataclass(frozen=True, slots=True)
class Names:
    """Titles in the language of the sentence; a key without one is shown itself.

    ``words`` has titles by what they name: ``kind``, ``channel``, ``outcome``,
    ``consent_channel``, ``purpose``.
    """

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    currency: str = "EUR"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def attribute(self, key: str, language: str) -> str:
        """Return an attribute's title."""
        found = self.attributes.get(key)
        return key if found is None else found.title.in_language(language)

    def choice(self, key: str, value: Any, language: str) -> str | None:
        """Return the title of one of an attribute's choices; None if it has none."""
        found = self.attributes.get(key)
        titles = dict(found.choices) if found is not None else {}
        return titles[value].in_language(language) if value in titles else None

    def word(self, of: str, key: str) -> str:
        """Return the title of a kind, channel, outcome or purpose."""
        return self.words.get(of, {}).get(key, key)

    def segment(self, key: str) -> str:
        """Return a segment's title."""
        return self.segments.get(key, key)


def number(value: Any) -> str:
    """Return a number as people write it: ``1,000`` and ``12.5``."""
    return f"{Decimal(str(value)):,f}"


def moment(value: Any, zone: ZoneInfo) -> datetime | date:
    """Return a day or an instant of a rule, the latter in a zone."""
    text = str(value)
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(zone)


OPPOSITE: Mapping[str, str] = {
    "eq": "ne",
    "ne": "eq",
    "lt": "gte",
    "gte": "lt",
    "gt": "lte",
    "lte": "gt",
    "known": "unknown",
    "unknown": "known",
}
"""Comparisons that say the opposite where a value is known."""


def is_none(measure: str, op: str, value: Any) -> bool:
    """Say whether a count means: not a single one."""
    least = {"eq": 0, "lt": 1, "lte": 0}.get(op)
    return measure == "count" and least is not None and Decimal(str(value)) == least


def is_some(measure: str, op: str, value: Any) -> bool:
    """Say whether a count means: at least one."""
    least = {"ne": 0, "gt": 0, "gte": 1}.get(op)
    return measure == "count" and least is not None and Decimal(str(value)) == least
