"""Conditions, skips and pages: what refers to nothing, comes too early, or is never reached."""

from collections.abc import Iterator, Mapping

from guanxi_surveys.expressions import Expression
from guanxi_surveys.questionnaire.circles import known_names
from guanxi_surveys.questionnaire.model import Element, Page, Panel, Questionnaire
from guanxi_surveys.questionnaire.problems import Problems
from guanxi_surveys.questionnaire.reading_values import Reader
from guanxi_surveys.questionnaire.references import means_context, root_of
from guanxi_surveys.texts import N_


def lint_paths(questionnaire: Questionnaire, reader: Reader, problems: Problems) -> None:
    """Note what is wrong with the ways through a questionnaire."""
    known = known_names(questionnaire)
    places = page_of(questionnaire)
    _lint_references(questionnaire, reader, known, problems)
    for number, page in enumerate(questionnaire.pages):
        _lint_page(page, problems)
        for element in _elements(page):
            for expression in (element.visible_if, element.required_if, element.enable_if):
                if expression is not None:
                    for root, later in _asked(expression, number, known, places):
                        _lint_order(element, expression, root, problems, later=later)
    _lint_skips(questionnaire, known, places, problems)


def page_of(questionnaire: Questionnaire) -> Mapping[str, int]:
    """Return on which page (from 0) each question is."""
    return {
        question.name: at
        for at, page in enumerate(questionnaire.pages)
        for question in page.questions()
    }


def _elements(panel: Panel) -> Iterator[Element]:
    yield panel
    for element in panel.elements:
        if isinstance(element, Panel):
            yield from _elements(element)
        else:
            yield element


def _lint_references(
    questionnaire: Questionnaire, reader: Reader, known: Mapping[str, str], problems: Problems
) -> None:
    for place, property_, expression in reader.expressions:
        for name in expression.names:
            if root_of(name, known) is None and not means_context(name):
                problems.error(
                    place,
                    N_("“%(property)s” refers to “%(name)s”, which is no question or value."),
                    property=property_,
                    name=name[:80],
                )
    for at, trigger in enumerate(questionnaire.triggers):
        target = trigger.target.lower()
        if trigger.kind == "skip" and target not in page_names(questionnaire):
            problems.error(
                f"triggers[{at}]", N_("There is no question “%(name)s”."), name=trigger.target[:80]
            )
        elif target and not trigger.variable and target not in page_names(questionnaire):
            problems.warning(
                f"triggers[{at}]",
                N_("There is no question “%(name)s”; a value of that name is kept."),
                name=trigger.target[:80],
            )


def page_names(questionnaire: Questionnaire) -> set[str]:
    """Return the names of all questions, in lower case."""
    return {question.name.lower() for question in questionnaire.questions}


def _lint_page(page: Page, problems: Problems) -> None:
    if not page.elements:
        problems.warning(page.name, N_("The page is empty and is never shown."))
    for element in _elements(page):
        if not element.visible and element.visible_if is None:
            problems.warning(element.name, N_("This is never shown."))


def _asked(
    expression: Expression, number: int, known: Mapping[str, str], places: Mapping[str, int]
) -> Iterator[tuple[str, bool]]:
    """Yield what a condition asks for, and whether it comes after page ``number``."""
    for name in expression.names:
        if (root := root_of(name, known)) is not None:
            yield root, places.get(root, -1) > number


def _lint_order(
    element: Element, expression: Expression, root: str, problems: Problems, *, later: bool
) -> None:
    """Note a condition that asks for what was not answered yet."""
    if later:
        problems.warning(
            element.name,
            N_("The condition asks for “%(name)s”, which comes on a later page."),
            name=root,
        )
    elif root == element.name and expression is element.visible_if:
        problems.error(element.name, N_("The question can only be seen once it was answered."))


def _lint_skips(
    questionnaire: Questionnaire,
    known: Mapping[str, str],
    places: Mapping[str, int],
    problems: Problems,
) -> None:
    """Note skips that lead back, and pages that a skip without condition leaves out."""
    for at, trigger in enumerate(questionnaire.triggers):
        if trigger.kind != "skip":
            continue
        target = places.get(known.get(trigger.target.lower(), ""))
        asked = [
            places[root]
            for name in trigger.expression.names
            if (root := root_of(name, known)) is not None and root in places
        ]
        if target is None or not asked:
            continue
        if target <= min(asked):
            problems.warning(
                f"triggers[{at}]",
                N_("The skip leads back to “%(name)s” and is not followed."),
                name=trigger.target,
            )
