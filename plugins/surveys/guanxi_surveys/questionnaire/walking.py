"""A questionnaire walked through with given answers, page by page.

The walk answers each page as a person would: the questions that can be seen, one after the
other; then the page is checked and left, to the next that can be seen or where a trigger skips
to. Answers that the way does not come past are not used. A page is checked also where a trigger
skips from it; a trigger never leads back.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from markupsafe import Markup

from guanxi_surveys.questionnaire import checking, choosing
from guanxi_surveys.questionnaire.accepting import Unacceptable, accept
from guanxi_surveys.questionnaire.checking import Fault
from guanxi_surveys.questionnaire.model import Page, Question, Questionnaire
from guanxi_surveys.questionnaire.piping import piped
from guanxi_surveys.questionnaire.sentences import THANKS
from guanxi_surveys.questionnaire.showing import Shower, order_of
from guanxi_surveys.questionnaire.state import State
from guanxi_surveys.questionnaire.triggering import run_on_leaving
from guanxi_surveys.questionnaire.values import is_empty
from guanxi_surveys.questionnaire.walk import Sheet, Walk

LONGEST_COMMENT = 5_000


def walk(
    questionnaire: Questionnaire,
    values: Mapping[str, Any],
    *,
    language: str,
    seed: int,
    now: datetime,
    page: int | None = None,
) -> Walk:
    """Walk through ``questionnaire`` with the answers ``values`` (names as SurveyJS has them).

    ``seed`` decides random orders, so it has to stay the same for one person; ``now`` is what
    ``today()`` means. With ``page`` only the answers on the path's pages up to that number
    (from 0) are used: the others are to come.
    """
    walker = _Walker(questionnaire, values, language=language, seed=seed, now=now)
    return walker.walk(page)


class _Walker:
    def __init__(
        self,
        questionnaire: Questionnaire,
        values: Mapping[str, Any],
        *,
        language: str,
        seed: int,
        now: datetime,
    ) -> None:
        self.questionnaire = questionnaire
        self.given = values
        self.language = language
        self.state = State(questionnaire, seed=seed, now=now)
        self.shower = Shower(self.state, language)
        self.used: set[str] = set()
        self.refused: dict[str, str] = {}
        self.sheets: list[Sheet] = []
        self.visited: list[int] = []

    def walk(self, page: int | None) -> Walk:
        self.state.load()
        at = self._first()
        while at is not None:
            if page is None or len(self.sheets) <= page:
                self._answer(at)
            self.sheets.append(self._sheet(at))
            at = self._leave(at)
        return self._found()

    def _first(self) -> int | None:
        """Return the page to begin with."""
        start = self.state.current
        return start if start >= 0 and self._is_visible(start) else self._next(-1)

    def _is_visible(self, at: int) -> bool:
        return self.state.is_visible(self.state.plan.at(self.questionnaire.pages[at]))

    def _next(self, after: int) -> int | None:
        pages = range(after + 1, len(self.questionnaire.pages))
        return next((at for at in pages if self._is_visible(at)), None)

    def _answer(self, at: int) -> None:
        """Answer what can be seen on a page, until answering shows nothing more to answer."""
        self.state.current = at
        questions = list(order_of(self.state, self.questionnaire.pages[at]))
        waiting = [question for question in questions if question.takes_answer]
        while True:
            later = [question for question in waiting if not self._take(question)]
            if len(later) == len(waiting):
                return
            waiting = later

    def _take(self, question: Question) -> bool:
        """Answer one question, if it can be; tell whether that is done."""
        index = self.state.plan.index[question.name]
        if not self.state.is_shown(question) or self.state.is_read_only(index):
            return False
        if question.name in self.given:
            self.used.add(question.name)
            try:
                self.state.assign(question, accept(self.state, question, self.given[question.name]))
            except Unacceptable as fault:
                self.refused[question.name] = str(fault)
        self._take_comment(question)
        return True

    def _take_comment(self, question: Question) -> None:
        name = question.comment_name
        if name not in self.given:
            return
        value = self.state.scope.get(question.name)
        if not question.comment and not choosing.is_other(question, value):
            return
        self.used.add(name)
        comment = self.given[name]
        if isinstance(comment, str) and len(comment) <= LONGEST_COMMENT:
            self.state.put(name, comment if comment.strip() else None, related=question.name)
        elif not is_empty(comment):
            self.refused[question.name] = "long" if isinstance(comment, str) else "shape"

    def _sheet(self, at: int) -> Sheet:
        """Check a page and note how it is shown."""
        page = self.questionnaire.pages[at]
        before = self.state.steps
        faults = self._faults_on(page)
        if self.state.steps != before:  # an answer went away while it was checked
            faults = self._faults_on(page)
        return self.shower.sheet(page, faults)

    def _faults_on(self, page: Page) -> dict[str, list[Fault]]:
        faults: dict[str, list[Fault]] = {}
        for question in self._shown_on(page):
            found = checking.faults_of(self.state, question)
            if question.name in self.refused:
                found = [Fault(self.refused[question.name])]
            if found:
                faults[question.name] = found
        return faults

    def _shown_on(self, page: Page) -> Iterator[Question]:
        return (
            question for question in order_of(self.state, page) if self.state.is_shown(question)
        )

    def _leave(self, at: int) -> int | None:
        """Leave a page; return the next, None at the end."""
        self.visited.append(at)
        skipped_to = self.state.current
        if skipped_to > at and self._is_visible(skipped_to):
            follows: int | None = skipped_to
        else:
            if self._next(at) is not None:
                run_on_leaving(self.state, at)
            if self.state.ended_early:
                return None
            follows = self._next(at)
        if follows is not None:
            self.state.current = follows
        return follows

    def _found(self) -> Walk:
        shown = tuple(
            question.name
            for sheet in self.sheets
            for question in sheet.questions
            if question.question.takes_answer
        )
        errors = self._errors()
        thanks = self._thanks()
        calculated = dict(self.state.variables)
        kept = self.state.complete()
        ended: Literal["complete", "trigger"] = "trigger" if self.state.ended_early else "complete"
        return Walk(
            pages=tuple(self.sheets),
            values=kept,
            errors=errors,
            ended=None if errors else ended,
            thanks=thanks,
            shown=shown,
            refused=self.refused,
            off_path=tuple(name for name in self.given if name not in self.used),
            calculated=calculated,
        )

    def _errors(self) -> dict[str, tuple[str, ...]]:
        errors: dict[str, tuple[str, ...]] = {}
        for sheet in self.sheets:
            errors.update(self.shower.errors_on(sheet))
        return errors

    def _thanks(self) -> Markup:
        """Return what is shown at the end: the first whose condition holds, else the usual."""
        for condition, html in self.questionnaire.thanks_if:
            if self.state.holds(condition):
                return piped(self.state, html, self.language, blocks=True)
        if self.questionnaire.thanks:
            return piped(self.state, self.questionnaire.thanks, self.language, blocks=True)
        return Markup(THANKS.in_language(self.language))  # noqa: S704 -- our own words
