"""The state of a questionnaire that is being filled in, step by step as SurveyJS does it.

Setting a value looks at the conditions again, then at the questions that set themselves, then at
the triggers; each may set further values. ``choosing`` knows about choices, ``checking`` about
what is wrong with an answer, ``walking`` goes from page to page.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from guanxi_surveys.expressions import Expression
from guanxi_surveys.questionnaire import choosing
from guanxi_surveys.questionnaire.accepting import as_kept
from guanxi_surveys.questionnaire.bounds import STEPS, InvalidQuestionnaire
from guanxi_surveys.questionnaire.model import CHOOSING, Panel, Question, Questionnaire
from guanxi_surveys.questionnaire.plan import (
    ALL,
    CHOICES,
    ENABLED,
    REQUIRED,
    VISIBLE,
    Condition,
    plan_of,
)
from guanxi_surveys.questionnaire.setting import run_settings
from guanxi_surveys.questionnaire.triggering import run_triggers
from guanxi_surveys.questionnaire.values import is_empty, is_same
from guanxi_surveys.texts import N_

ROUNDS: Final = 10
"""How often conditions are looked at again because looking at them changed a value."""


class State:
    """Values, and what of the questionnaire is visible, open and required with them."""

    def __init__(self, questionnaire: Questionnaire, *, seed: int, now: datetime) -> None:
        self.questionnaire = questionnaire
        self.plan = plan_of(questionnaire)
        self.seed = seed
        self.now = now
        self.data: dict[str, Any] = {}
        self.variables: dict[str, Any] = {}
        self.scope: dict[str, Any] = {}
        """What expressions see: answers, and over them calculated values."""
        elements = self.plan.elements
        self.visible = [element.visible for element in elements]
        self.read_only = [element.read_only for element in elements]
        self.required = [element.required for element in elements]
        self.choices: dict[str, choosing.Offered] = {}
        self.hidden_choices: dict[str, list[Any]] = {}
        """Answers whose choices went away, to come back with them."""
        self.completed = False
        self.ended_early = False
        """Whether a trigger ended it."""
        self.current = -1
        """The place of the page that is being answered."""
        self.setting: set[str] = set()
        """Questions whose value is being set."""
        self.changed: dict[str, Any] | None = None
        """Values that changed while conditions are looked at; see ``setting``."""
        self.trigger_keys: dict[str, Any] | None = None
        """Values for which triggers run now; None: none do."""
        self._dirty = ALL
        self.loading = False
        """Whether defaults are being set, before any condition was looked at."""
        self._running = False
        self._again = False
        self.steps = 0
        """How many values were set."""

    def load(self) -> None:
        """Set default values, then look at all conditions."""
        self.loading = True
        for question in self.questionnaire.questions:
            if question.default is not None and not is_empty(question.default):
                self.assign(question, choosing.default_of(question))
        self.loading = False
        self.run_conditions()

    def evaluate(self, expression: Expression) -> Any:
        """Return what an expression comes to with the values as they are."""
        return expression.evaluate(self.scope, now=self.now, strict=self.plan.ranked)

    def holds(self, expression: Expression) -> bool:
        """Tell whether a condition is met."""
        return expression.holds(self.scope, now=self.now, strict=self.plan.ranked)

    def value(self, question: Question) -> Any:
        """Return the answer to a question; None if there is none."""
        return self.data.get(question.name)

    def is_answered(self, question: Question) -> bool:
        """Tell whether a question has an answer that is more than blanks."""
        return not is_empty(self.scope.get(question.name), spaces=True)

    def is_visible(self, at: int) -> bool:
        """Tell whether an element itself is to be seen, wherever it is."""
        if not self.visible[at]:
            return False
        element = self.plan.elements[at]
        if isinstance(element, Panel):
            return any(self.is_visible(self.plan.index[inner.name]) for inner in element.elements)
        if isinstance(element, Question) and element.hide_if_empty:
            return bool(choosing.offered(self, element).visible)
        return True

    def is_shown(self, question: Question) -> bool:
        """Tell whether a question and all that it is in are to be seen."""
        at = self.plan.index[question.name]
        if not self.is_visible(at):
            return False
        while (at := self.plan.parents[at]) >= 0:
            if not self.visible[at]:
                return False
        return True

    def is_read_only(self, at: int) -> bool:
        """Tell whether an element cannot be answered, by itself or by what it is in."""
        while at >= 0:
            if self.read_only[at]:
                return True
            at = self.plan.parents[at]
        return False

    def assign(self, question: Question, value: Any) -> None:
        """Answer a question, with all that follows from it."""
        kept = as_kept(self, question, value)
        if is_same(self.scope.get(question.name), kept):
            return
        already = question.name in self.setting
        self.setting.add(question.name)
        if choosing.out_of_range(self, question, kept):
            self._see(question.name, kept, dirty=False)
        else:
            choosing.leave_other(self, question, kept)
            self.put(question.name, kept)
        if not already:
            self.setting.discard(question.name)
        if question.type == "ranking":
            choosing.complete_ranking(self, question)

    def put(self, name: str, value: Any, related: str = "") -> None:
        """Set a value of whatever name; an empty one is removed."""
        old = self.data.get(name)
        if is_same(old, value):
            self._see(name, value)
            return
        self.steps += 1
        if self.steps > STEPS:
            raise InvalidQuestionnaire(N_("The questionnaire sets its answers in circles."))
        if is_empty(value):
            self.data.pop(name, None)
        else:
            self.data[name] = value
        self._see(name, value)
        self.follow(name, value, old, related)

    def put_variable(self, name: str, value: Any) -> None:
        """Set a calculated value, or another that is no answer."""
        old = self.variables.get(name)
        self.variables[name] = value
        self.data.pop(name, None)
        if is_same(old, value):
            return
        self.steps += 1
        if self.steps > STEPS:
            raise InvalidQuestionnaire(N_("The questionnaire sets its answers in circles."))
        self._see(name, value)
        self.follow(name, value, old, "")

    def _see(self, name: str, value: Any, *, dirty: bool = True) -> None:
        """Let expressions see a value; conditions that read it are looked at if ``dirty``."""
        if name in self.variables:
            value = self.variables[name]
        if value is None or (is_empty(value) and name not in self.variables):
            self.scope.pop(name, None)
        else:
            self.scope[name] = value
        if dirty:
            self._dirty |= self.plan.bits.get(name, 0)

    def follow(self, name: str, value: Any, old: Any, related: str) -> None:
        """Look at conditions, at questions that set themselves, and at triggers."""
        if self.changed is None:
            self.changed = {}
        keys: dict[str, Any] = {name: (old, value)}
        if related:
            keys[related] = (self.data.get(related), self.data.get(related))
            self.changed[related] = self.data.get(related)
        self.changed[name] = value
        if self._running:
            self._again = True
        else:
            self.run_conditions(keep_changed=True)
            if self.plan.settings:
                run_settings(self, name, value)
            self.changed = None
        if self.plan.rules:
            run_triggers(self, keys, question=related or name)

    def run_conditions(self, *, keep_changed: bool = False) -> None:
        """Look at the conditions that depend on what changed, until nothing more changes."""
        if self.completed or self.loading or self._running:
            return
        for _ in range(ROUNDS + 1):
            self._running, self._again = True, False
            dirty, self._dirty = self._dirty, 0
            self._calculate(dirty)
            for condition in self.plan.conditions:
                if condition.mask & (dirty | self._dirty) or dirty == ALL:
                    self._meet(condition)
            self._running = False
            if not self._again:
                break
        if not keep_changed:
            self.changed = None

    def _calculate(self, dirty: int) -> None:
        for mask, calculated in self.plan.calculated:
            if mask & (dirty | self._dirty) or dirty == ALL:
                value = self.evaluate(calculated.expression)
                if not is_same(value, self.variables.get(calculated.name)):
                    self.put_variable(calculated.name, value)

    def _meet(self, condition: Condition) -> None:
        """Look at one condition and take its result over."""
        at = condition.element
        if condition.use == CHOICES:
            question = self.plan.elements[at]
            if isinstance(question, Question):
                choosing.choose_anew(self, question)
            return
        if condition.expression is None:
            return
        result = self.evaluate(condition.expression)
        if condition.use == VISIBLE:
            self.visible[at] = result is True
        elif condition.use == ENABLED:
            self.read_only[at] = result is False
        elif condition.use == REQUIRED:
            self.required[at] = result is True

    def clear(self, question: Question, *, comment: bool = True) -> None:
        """Take an answer away, and the comment beside it."""
        if question.name in self.scope:
            self.assign(question, None)
        if comment and question.comment_name in self.data:
            self.put(question.comment_name, None, related=question.name)

    def complete(self) -> Mapping[str, Any]:
        """Finish: drop what is not on the path, and return what is kept."""
        self.completed = True
        for question in self.questionnaire.questions:
            choosing.leave_other(self, question, self.value(question))
        for question in self.questionnaire.questions:
            if not self.is_shown(question):
                self.clear(question)
            if question.type in CHOOSING:
                choosing.clear_unknown(self, question)
            elif question.type == "matrix":
                choosing.clear_unknown_cells(self, question)
        kept = {
            value.name: self.variables[value.name]
            for value in self.questionnaire.calculated
            if value.kept and self.variables.get(value.name) is not None
        }
        return {**self.data, **kept}
