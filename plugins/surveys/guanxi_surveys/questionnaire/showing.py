"""Pages as they are shown: titles with answers put in, choices in their order, what is wrong."""

from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup

from guanxi_surveys.questionnaire import checking, choosing
from guanxi_surveys.questionnaire.checking import Fault
from guanxi_surveys.questionnaire.displaying import choice_text, truth_text
from guanxi_surveys.questionnaire.model import (
    CHOOSING,
    NONE,
    OTHER,
    Choice,
    Page,
    Panel,
    Question,
)
from guanxi_surveys.questionnaire.piping import clean, piped
from guanxi_surveys.questionnaire.rating import steps_of
from guanxi_surveys.questionnaire.sentences import sentence
from guanxi_surveys.questionnaire.shuffling import seed_for, shuffled
from guanxi_surveys.questionnaire.state import State
from guanxi_surveys.questionnaire.walk import Asked, Group, Offer, Sheet, groups_in


def order_of(state: State, panel: Panel) -> Iterator[Question]:
    """Yield the questions of a page or panel in the order in which they are shown."""
    for element in elements_of(state, panel):
        if isinstance(element, Panel):
            yield from order_of(state, element)
        else:
            yield element


def elements_of(state: State, panel: Panel) -> "list[Question | Panel]":
    """Return what is in a page or panel, shuffled if it is to be."""
    if not _is_random(state, panel):
        return list(panel.elements)
    return shuffled(panel.elements, seed_of(state, panel), lambda element: element.fixed)


def _is_random(state: State, panel: Panel) -> bool:
    """Tell whether what is in a panel is shuffled: as it says, or as what it is in says."""
    if panel.order != "default":
        return panel.order == "random"
    parent = state.plan.parents[state.plan.at(panel)]
    above = state.plan.elements[parent] if parent >= 0 else None
    if isinstance(above, Panel):
        return _is_random(state, above)
    return state.questionnaire.order == "random"


def seed_of(state: State, element: "Question | Panel") -> int:
    """Return the seed of an element, stirred from those of all that it is in."""
    parent = state.plan.parents[state.plan.at(element)]
    kind = "page" if isinstance(element, Page) else "panel"
    if isinstance(element, Question):
        kind = element.type
    if parent < 0:
        return seed_for(state.seed, kind + element.name)
    above = state.plan.elements[parent]
    assert isinstance(above, Panel)  # noqa: S101 -- only panels have something in them
    return seed_for(seed_of(state, above), kind + element.name)


class Shower:
    """Shows what a state looks like in one language."""

    def __init__(self, state: State, language: str) -> None:
        self.state = state
        self.language = language
        self.default = state.questionnaire.language

    def sheet(self, page: Page, faults: Mapping[str, list[Fault]]) -> Sheet:
        """Return a page with what is wrong on it."""
        items = tuple(self._items(page, faults))
        missing = checking.panel_fault(self.state, page)
        return Sheet(
            name=page.name,
            title=self._piped(page.title),
            description=self._piped(page.description),
            items=items,
            questions=tuple(_flat(items)),
            errors=() if missing is None else (self._panel_sentence(page),),
        )

    def errors_on(self, sheet: Sheet) -> dict[str, tuple[str, ...]]:
        """Return what is wrong on a page, under the names of questions, panels and the page."""
        errors = {asked.name: asked.errors for asked in sheet.questions if asked.errors}
        errors.update(
            {group.name: group.errors for group in groups_in(sheet.items) if group.errors}
        )
        if sheet.errors:
            errors[sheet.name] = sheet.errors
        return errors

    def _panel_sentence(self, panel: Panel) -> str:
        return sentence(Fault("panel", panel.required_text), self.language, self.default)

    def _piped(self, text: Mapping[str, str], *, blocks: bool = False) -> Markup:
        return piped(self.state, text, self.language, blocks=blocks)

    def _items(self, panel: Panel, faults: Mapping[str, list[Fault]]) -> "Iterator[Asked | Group]":
        for element in elements_of(self.state, panel):
            if not self.state.is_visible(self.state.plan.index[element.name]):
                continue
            if isinstance(element, Panel):
                yield self._group(element, faults)
            else:
                yield self._asked(element, faults.get(element.name, []))

    def _group(self, panel: Panel, faults: Mapping[str, list[Fault]]) -> Group:
        missing = checking.panel_fault(self.state, panel)
        return Group(
            name=panel.name,
            title=self._piped(panel.title),
            description=self._piped(panel.description),
            items=tuple(self._items(panel, faults)),
            required=self.state.required[self.state.plan.index[panel.name]],
            errors=() if missing is None else (self._panel_sentence(panel),),
        )

    def _asked(self, question: Question, faults: list[Fault]) -> Asked:
        state, at = self.state, self.state.plan.index[question.name]
        title = question.title or {"default": question.name}
        least, most = (
            choosing.limits_of(state, question) if question.type == "text" else (None, None)
        )
        return Asked(
            question=question,
            title=self._piped(title),
            description=self._piped(question.description),
            required=state.required[at],
            read_only=state.is_read_only(at),
            value=state.scope.get(question.name),
            comment=state.data.get(question.comment_name, ""),
            choices=tuple(self._choices(question)),
            rows=self._offers(self._rows(question)),
            columns=tuple(self._columns(question)),
            html=self._piped(question.html, blocks=True) if question.html else Markup(),
            least=least,
            most=most,
            errors=tuple(sentence(fault, self.language, self.default) for fault in faults),
            faults=tuple(faults),
        )

    def _choices(self, question: Question) -> Iterator[Offer]:
        if question.type in CHOOSING:
            offers = choosing.offered(self.state, question)
            enabled = {
                str(one.value): on for one, on in zip(offers.visible, offers.enabled, strict=True)
            }
            for choice in self._shuffled(question, offers.visible):
                yield Offer(choice.value, self._piped(choice.text), enabled[str(choice.value)])
            for extra, offered in ((NONE, question.none), (OTHER, question.other)):
                if offered:
                    yield Offer(extra, clean(self._extra(question, extra)))
        elif question.type == "rating":
            yield from self._offers(steps_of(question))
        elif question.type == "boolean":
            for true in (True, False):
                value = question.true_value if true else question.false_value
                yield Offer(value, clean(truth_text(question, true, self.language, self.default)))

    def _extra(self, question: Question, value: str) -> str:
        return choice_text(question, value, self.language, self.default)

    def _shuffled(self, question: Question, choices: tuple[Choice, ...]) -> Iterable[Choice]:
        if question.order != "random":
            return choices
        return shuffled(choices, seed_of(self.state, question), lambda choice: choice.fixed)

    def _rows(self, question: Question) -> Iterable[Choice]:
        return self._shuffled(question, question.rows) if question.rows else ()

    def _columns(self, question: Question) -> Iterator[Offer]:
        yield from self._offers(question.columns)
        for cell in question.cells:
            yield Offer(cell.name, self._piped(cell.title or {"default": cell.name}))

    def _offers(self, choices: Iterable[Choice]) -> tuple[Offer, ...]:
        return tuple(Offer(choice.value, self._piped(choice.text)) for choice in choices)


def _flat(items: "Iterable[Asked | Group]") -> Iterator[Asked]:
    for item in items:
        if isinstance(item, Group):
            yield from _flat(item.items)
        else:
            yield item
