"""What a walk through a questionnaire finds; see ``walking``."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from guanxi_surveys.questionnaire.checking import Fault
from guanxi_surveys.questionnaire.model import Question


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice, row or column as it is shown."""

    value: Any
    text: Markup
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is put to a person."""

    question: Question
    title: Markup
    description: Markup
    required: bool
    read_only: bool
    value: Any
    comment: str
    choices: tuple[Offer, ...] = ()
    """In the order to show: "none" and "other" last; the steps of a rating; rows of a matrix
    are in ``rows``.
    """
    rows: tuple[Offer, ...] = ()
    columns: tuple[Offer, ...] = ()
    """Of a matrix; of one with several answers a row the titles of ``question.cells``."""
    html: Markup = field(default_factory=Markup)
    least: Any = None
    most: Any = None
    errors: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the question."""
        return self.question.name

    @property
    def type(self) -> str:
        """Return the type of the question."""
        return self.question.type

    @property
    def enabled(self) -> bool:
        """Tell whether it can be answered."""
        return not self.read_only


@dataclass(frozen=True, slots=True)
class Group:
    """A panel as it is shown: its heading, and what is in it."""

    name: str
    title: Markup
    description: Markup
    items: "tuple[Asked | Group, ...]"
    required: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page on the path."""

    name: str
    title: Markup
    description: Markup
    items: tuple[Asked | Group, ...]
    """Questions and panels as they are nested."""
    questions: tuple[Asked, ...]
    """The questions alone, in the order in which they are shown."""
    errors: tuple[str, ...] = ()
    """What is wrong with the page as a whole."""

    @property
    def is_right(self) -> bool:
        """Tell whether the page can be left."""
        if self.errors or any(asked.errors for asked in self.questions):
            return False
        return not any(group.errors for group in groups_in(self.items))


def groups_in(items: "Iterable[Asked | Group]") -> "Iterator[Group]":
    """Yield the panels among ``items``, however deep."""
    for item in items:
        if isinstance(item, Group):
            yield item
            yield from groups_in(item.items)


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk through a questionnaire with given answers, from its first page to its end."""

    pages: tuple[Sheet, ...]
    """The pages on the path, in order."""
    values: Mapping[str, Any]
    """What is kept: answers that were asked for, defaults, what triggers set, and calculated
    values that are kept.
    """
    errors: Mapping[str, tuple[str, ...]]
    """The name of each question (or panel, or page) with something wrong, to sentences."""
    ended: Literal["complete", "trigger"] | None
    """How it ends: after the last page, or because a trigger says so; None while something on
    the path is wrong.
    """
    thanks: Markup
    """What is shown at the end."""
    shown: tuple[str, ...]
    """The names of the questions that were asked, in order."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Names of answers that were sent and cannot be answers there, to the kind of fault."""
    off_path: tuple[str, ...] = ()
    """Names of answers that were sent and not asked for."""
    calculated: Mapping[str, Any] = field(default_factory=dict)
    """All calculated values, whether they are kept or not."""

    def page_after(self, number: int) -> int | None:
        """Return the number of the page after page ``number`` (from 0); None: it was the last.

        It is the same page again while something on it is wrong.
        """
        if number < len(self.pages) and not self.pages[number].is_right:
            return number
        return number + 1 if number + 1 < len(self.pages) else None

    @property
    def first_wrong(self) -> int | None:
        """Return the number of the first page on which something is wrong."""
        return next((at for at, page in enumerate(self.pages) if not page.is_right), None)
