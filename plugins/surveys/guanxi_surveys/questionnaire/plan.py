"""How a questionnaire is worked through, prepared once: what depends on which answer.

Each name that holds a value has a bit; a condition is looked at again only when an answer that
it reads has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from guanxi_surveys.expressions import Expression
from guanxi_surveys.questionnaire.calls import looks_round, needs_no_value
from guanxi_surveys.questionnaire.circles import known_names
from guanxi_surveys.questionnaire.model import (
    CHOOSING,
    Calculated,
    Element,
    Page,
    Panel,
    Question,
    Questionnaire,
    Trigger,
)
from guanxi_surveys.questionnaire.references import root_of

ALL: Final = -1
"""All bits."""
VISIBLE, ENABLED, REQUIRED, CHOICES = range(4)
"""What the result of a condition is for."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of one element; ``mask`` has the bits of the answers that it reads."""

    mask: int
    use: int
    element: int
    expression: Expression | None


@dataclass(frozen=True, slots=True)
class Watched:
    """An expression whose running depends on which values changed."""

    expression: Expression
    names: tuple[tuple[str, str], ...]
    """The names it reads: the value that each belongs to, and the path within."""
    unbidden: bool
    """It calls a function without any answer, so it is run at any change."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The expressions by which a question sets its own value."""

    question: Question
    reset_if: Watched | None
    set_if: Watched | None
    set_to: Watched | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A trigger."""

    trigger: Trigger
    when: Watched
    mask: int
    """The bits of the values by which it goes; all where it may come true by itself."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is prepared."""

    elements: tuple[Element, ...]
    index: Mapping[str, int]
    """The name of each panel and question to its place in ``elements``."""
    pages: Mapping[str, int]
    """The name of each page to its place there; a page may be called like a question."""
    parents: tuple[int, ...]
    """The place of what each element is in; -1 for pages."""
    bits: Mapping[str, int]
    known: Mapping[str, str]
    conditions: tuple[Condition, ...]
    calculated: tuple[tuple[int, Calculated], ...]
    """With their masks, each after those that it reads."""
    settings: tuple[Setting, ...]
    rules: tuple[Rule, ...]
    ranked: frozenset[str]
    """Names of rankings, whose answers are compared in their order."""
    page_of: Mapping[str, int]
    """The name of each question to the place of its page among the pages."""

    def at(self, element: Element) -> int:
        """Return the place of an element in ``elements``."""
        places = self.pages if isinstance(element, Page) else self.index
        return places[element.name]


@lru_cache(maxsize=256)
def plan_of(questionnaire: Questionnaire) -> Plan:
    """Return the plan of a questionnaire, which is prepared once."""
    return _Planning(questionnaire).plan()


class _Planning:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.known = known_names(questionnaire)
        self.bits = {name: 1 << at for at, name in enumerate(self.known.values())}
        self.elements: list[Element] = []
        self.parents: list[int] = []
        self.conditions: list[Condition] = []

    def plan(self) -> Plan:
        for page in self.questionnaire.pages:
            self._take(page, -1)
        return Plan(
            elements=tuple(self.elements),
            index=self._places(pages=False),
            pages=self._places(pages=True),
            parents=tuple(self.parents),
            bits=self.bits,
            known=self.known,
            conditions=tuple(self.conditions),
            calculated=tuple(self._calculated()),
            settings=tuple(
                Setting(
                    question,
                    self._watched(question.reset_if),
                    self._watched(question.set_if),
                    self._watched(question.set_to),
                )
                for question in self.questionnaire.questions
                if question.reset_if or question.set_if or question.set_to
            ),
            rules=tuple(
                self._rule(trigger, watched)
                for trigger in self.questionnaire.triggers
                if (watched := self._watched(trigger.expression)) is not None
            ),
            ranked=frozenset(
                question.name
                for question in self.questionnaire.questions
                if question.type == "ranking"
            ),
            page_of={
                question.name: at
                for at, page in enumerate(self.questionnaire.pages)
                for question in page.questions()
            },
        )

    def _places(self, *, pages: bool) -> dict[str, int]:
        return {
            element.name: at
            for at, element in enumerate(self.elements)
            if isinstance(element, Page) is pages
        }

    def _take(self, element: Element, parent: int) -> None:
        """Number an element and what is in it; conditions of the inner come first."""
        at = len(self.elements)
        self.elements.append(element)
        self.parents.append(parent)
        if isinstance(element, Panel):
            for inner in element.elements:
                self._take(inner, at)
        for use, expression in (
            (VISIBLE, element.visible_if),
            (ENABLED, element.enable_if),
            (REQUIRED, element.required_if),
        ):
            if expression is not None:
                self.conditions.append(Condition(self._mask(expression), use, at, expression))
        if isinstance(element, Question) and element.type in CHOOSING:
            self._take_choices(element, at)

    def _take_choices(self, question: Question, at: int) -> None:
        """Note on what a question's choices depend, if they do."""
        expressions = [question.choices_visible_if, question.choices_enable_if]
        for choice in question.choices:
            expressions += [choice.visible_if, choice.enable_if]
        mask = 0
        for expression in expressions:
            if expression is not None:
                mask |= self._mask(expression) | (1 << len(self.bits))
        if mask:
            self.conditions.append(Condition(mask, CHOICES, at, None))

    def _mask(self, expression: Expression) -> int:
        if looks_round(expression.text):
            return ALL
        mask = 0
        for name in expression.names:
            if root := root_of(name, self.known):
                mask |= self.bits[root]
        return mask

    def _watched(self, expression: Expression | None) -> Watched | None:
        if expression is None:
            return None
        names = []
        for name in expression.names:
            root = root_of(name, self.known)
            names.append((root or name, name[len(root) :] if root else ""))
        return Watched(expression, tuple(names), needs_no_value(expression.text))

    def _rule(self, trigger: Trigger, watched: Watched) -> Rule:
        mask = self._mask(trigger.expression)
        return Rule(trigger, watched, ALL if watched.unbidden or not watched.names else mask)

    def _calculated(self) -> list[tuple[int, Calculated]]:
        """Return calculated values so that each comes after those that it reads."""
        by_name = {value.name: value for value in self.questionnaire.calculated}
        ordered: dict[str, tuple[int, Calculated]] = {}

        def take(value: Calculated) -> None:
            if value.name in ordered:
                return
            for name in value.expression.names:
                root = root_of(name, self.known)
                if root in by_name and root != value.name:
                    take(by_name[root])
            ordered[value.name] = (self._mask(value.expression), value)

        for value in self.questionnaire.calculated:
            take(value)
        return list(ordered.values())
