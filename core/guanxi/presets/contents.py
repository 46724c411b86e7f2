"""What a preset holds; the industries stand in ``industries/``, ``applying.py`` puts one in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanxi.i18n import Text
from guanxi.touchpoints.domain.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field. Choices are stored in the language in which the preset is applied."""

    key: str
    type: str
    title: Text
    choices: tuple[Text, ...] = ()
    applies_to: str = "both"
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class SampleCustomer:
    """An invented customer. ``custom`` has values by field; a choice by its place in the list."""

    number: str
    family_name: str = ""
    given_name: str = ""
    organisation: str = ""
    """Its name, for an organisation."""
    city: str = ""
    country: str = ""
    language: str = ""
    tags: tuple[int, ...] = ()
    """Places in the preset's list of tags."""
    custom: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SampleTouchpoint:
    """An invented touchpoint of a sample customer, some days ago."""

    customer: str
    days_ago: int
    channel: str
    kind: str
    subject: Text
    outcome: str | None = None
    amount: str | None = None
    """In the company's currency."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What one industry needs (行业预设)."""

    key: str
    title: Text
    about: Text
    fields: tuple[Field, ...]
    tags: tuple[Text, ...]
    kinds: tuple[Word, ...]
    channels: tuple[Word, ...]
    outcomes: tuple[Word, ...]
    customers: tuple[SampleCustomer, ...]
    touchpoints: tuple[SampleTouchpoint, ...]

    @property
    def source(self) -> str:
        """The source that the sample data names, so that it can be told apart."""
        return f"sample.{self.key}"
