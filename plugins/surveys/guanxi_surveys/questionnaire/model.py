"""A questionnaire as it was read: frozen, with all expressions parsed and patterns compiled.

``reading`` makes it, ``walking`` walks it, ``linting`` looks for what its author overlooked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from guanxi_surveys.expressions import Expression
from guanxi_surveys.questionnaire.patterns import Pattern
from guanxi_surveys.questionnaire.wording import Wording

SINGLE: Final = frozenset({"radiogroup", "dropdown"})
MULTIPLE: Final = frozenset({"checkbox", "tagbox", "ranking"})
CHOOSING: Final = SINGLE | MULTIPLE
SILENT: Final = frozenset({"html"})
"""Types that take no answer."""

OTHER: Final = "other"
NONE: Final = "none"
COMMENT: Final = "-Comment"
"""What SurveyJS adds to a question's name for the comment beside its answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a question, one row or one column of a matrix."""

    value: Any
    text: Wording
    visible_if: Expression | None = None
    enable_if: Expression | None = None
    fixed: bool = False
    """It keeps its place where the others are shuffled."""


@dataclass(frozen=True, slots=True)
class Validator:
    """A check of an answer (校验): ``kind`` is one of numeric, text, answercount, regex, email,
    expression.
    """

    kind: str
    text: Wording = field(default_factory=dict)
    """What is said when it fails; empty: the usual sentence."""
    least: float | None = None
    most: float | None = None
    digits: bool = True
    pattern: Pattern | None = None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What questions, panels and pages share."""

    name: str
    title: Wording = field(default_factory=dict)
    description: Wording = field(default_factory=dict)
    visible: bool = True
    visible_if: Expression | None = None
    read_only: bool = False
    enable_if: Expression | None = None
    required: bool = False
    required_if: Expression | None = None
    required_text: Wording = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """As it stands in the definition, for what only concerns the looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Element):
    """One question (题目) of whatever type; fields of other types keep their defaults."""

    type: str
    number: int = 0
    """Its place among all questions, from 0."""
    fixed: bool = False
    default: Any = None
    reset_if: Expression | None = None
    set_if: Expression | None = None
    set_to: Expression | None = None
    validators: tuple[Validator, ...] = ()
    comment: bool = False
    comment_text: Wording = field(default_factory=dict)
    comment_placeholder: Wording = field(default_factory=dict)
    placeholder: Wording = field(default_factory=dict)

    choices: tuple[Choice, ...] = ()
    choices_visible_if: Expression | None = None
    choices_enable_if: Expression | None = None
    order: str = "none"
    other: bool = False
    other_text: Wording = field(default_factory=dict)
    other_error: Wording = field(default_factory=dict)
    other_placeholder: Wording = field(default_factory=dict)
    none: bool = False
    none_text: Wording = field(default_factory=dict)
    least_chosen: int = 0
    most_chosen: int = 0
    hide_if_empty: bool = False

    input: str = "text"
    least: Any = None
    most: Any = None
    least_from: Expression | None = None
    most_from: Expression | None = None
    least_error: Wording = field(default_factory=dict)
    most_error: Wording = field(default_factory=dict)
    step: float | None = None
    length: int = 0
    """Most characters that may be written; 0: as many as :data:`bounds.ANSWER`."""

    rate_least: float = 1
    rate_most: float = 5
    rate_step: float = 1
    rate_count: int = 5
    least_text: Wording = field(default_factory=dict)
    most_text: Wording = field(default_factory=dict)

    label: Wording = field(default_factory=dict)
    true_text: Wording = field(default_factory=dict)
    false_text: Wording = field(default_factory=dict)
    true_value: Any = True
    false_value: Any = False

    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()
    cells: tuple["Question", ...] = ()
    """The columns of a matrix of several answers a row, each as a question of its own."""
    each_row_required: bool = False
    each_row_unique: bool = False

    html: Wording = field(default_factory=dict)
    many: bool = False
    accepted: str = ""
    most_bytes: int = 0

    @property
    def takes_answer(self) -> bool:
        """Whether there is anything to answer."""
        return self.type not in SILENT

    @property
    def comment_name(self) -> str:
        """Return the name under which the comment beside the answer is kept."""
        return self.name + COMMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Element):
    """Questions under one heading (题组)."""

    elements: tuple["Question | Panel", ...] = ()
    order: str = "default"
    fixed: bool = False

    def questions(self) -> Iterator[Question]:
        """Yield the questions inside, however deep, in order."""
        for element in self.elements:
            if isinstance(element, Panel):
                yield from element.questions()
            else:
                yield element


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Panel):
    """One page."""


@dataclass(frozen=True, slots=True)
class Calculated:
    """A value that is worked out from answers (计算值)."""

    name: str
    expression: Expression
    kept: bool
    """Whether it is kept with the answers (SurveyJS's ``includeIntoResult``)."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What happens when a condition comes true: ``kind`` is complete, skip, setvalue or
    runexpression.
    """

    kind: str
    expression: Expression
    target: str = ""
    """The question that a value goes to, or that is skipped to."""
    value: Any = None
    variable: bool = False
    run: Expression | None = None


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """A whole questionnaire (问卷)."""

    title: Wording
    description: Wording
    language: str
    """SurveyJS's code of the language of texts that name none."""
    languages: tuple[str, ...]
    """All languages that it has texts in, the default first."""
    pages: tuple[Page, ...]
    calculated: tuple[Calculated, ...]
    triggers: tuple[Trigger, ...]
    thanks: Wording
    thanks_if: tuple[tuple[Expression, Wording], ...]
    order: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Return all questions in order; each knows its type, choices and their texts."""
        return tuple(question for page in self.pages for question in page.questions())

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        """Return the questions under their names."""
        return {question.name: question for question in self.questions}
