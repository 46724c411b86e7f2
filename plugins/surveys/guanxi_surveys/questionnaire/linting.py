"""What an author overlooked: everything that keeps a questionnaire from being read, and what can
be read and is probably not meant.
"""

from collections.abc import Mapping
from typing import Any

from guanxi_surveys.questionnaire.bounds import InvalidQuestionnaire
from guanxi_surveys.questionnaire.linting_paths import lint_paths
from guanxi_surveys.questionnaire.linting_texts import lint_texts
from guanxi_surveys.questionnaire.measuring import lint_measures
from guanxi_surveys.questionnaire.model import CHOOSING, MULTIPLE, Question
from guanxi_surveys.questionnaire.problems import Problem, Problems
from guanxi_surveys.questionnaire.rating import most_of, steps_of
from guanxi_surveys.questionnaire.reading import examine
from guanxi_surveys.questionnaire.values import is_empty
from guanxi_surveys.texts import N_


def lint(definition: Mapping[str, Any], measures: Mapping[str, Any] | None = None) -> list[Problem]:
    """Return all problems of a definition, errors first; an empty list if there are none.

    ``measures`` says which questions count for what (see ``models.surveys.Version``).
    """
    try:
        questionnaire, reader = examine(definition)
    except InvalidQuestionnaire as error:
        return [Problem("error", "survey", error.message, error.params)]
    problems = reader.problems
    if questionnaire is not None:
        for question in questionnaire.questions:
            _lint_question(question, problems)
        lint_paths(questionnaire, reader, problems)
        lint_texts(questionnaire, reader, problems)
        lint_measures(questionnaire, measures or {}, problems)
    order = {"error": 0, "unsupported": 1, "warning": 2}
    return sorted(problems.found, key=lambda problem: order[problem.severity])


def _lint_question(question: Question, problems: Problems) -> None:
    place = question.name
    if question.type in CHOOSING and not question.choices and not question.other:
        problems.error(place, N_("The question has no choices."))
    if question.type == "rating":
        _lint_rating(question, problems)
    is_matrix = question.type in {"matrix", "matrixdropdown"}
    if is_matrix and not (question.rows and (question.columns or question.cells)):
        problems.error(place, N_("A matrix needs rows and columns."))
    if question.type in MULTIPLE:
        _lint_counts(question, problems)
    if question.required and question.read_only and question.enable_if is None:
        problems.warning(place, N_("The question is required and can never be answered."))
    if not is_empty(question.default):
        _lint_default(question, problems)
    if question.type == "html" and not question.html:
        problems.warning(place, N_("The text is empty."))


def _lint_rating(question: Question, problems: Problems) -> None:
    steps = len(steps_of(question))
    flat = most_of(question) <= question.rate_least and not question.choices
    if question.rate_step <= 0 or flat:
        problems.error(question.name, N_("The scale has no steps: look at its least and most."))
    elif steps > 20:
        problems.warning(
            question.name, N_("The scale has %(steps)s steps, more than anybody can tell apart."),
            steps=steps,
        )  # fmt: skip


def _lint_counts(question: Question, problems: Problems) -> None:
    offered = len(question.choices) + question.other + question.none
    if 0 < question.most_chosen < question.least_chosen:
        problems.error(question.name, N_("More answers are asked for than may be given."))
    elif offered < question.least_chosen:
        problems.error(question.name, N_("More answers are asked for than there are choices."))


def _lint_default(question: Question, problems: Problems) -> None:
    """Note a default answer that nobody could give."""
    if not question.choices or question.type == "matrixdropdown":
        return
    offered = {str(choice.value) for choice in question.choices} | {"other", "none"}
    default = question.default if isinstance(question.default, list) else [question.default]
    for value in default:
        if str(value) not in offered:
            problems.warning(
                question.name, N_("The default answer “%(value)s” is not among the choices."),
                value=str(value)[:80],
            )  # fmt: skip
