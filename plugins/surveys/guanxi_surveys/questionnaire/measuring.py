"""Which questions count for what (测量): whether what is said of them can be."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi_surveys.questionnaire.model import Question, Questionnaire
from guanxi_surveys.questionnaire.problems import Problems
from guanxi_surveys.questionnaire.rating import rates_of
from guanxi_surveys.texts import N_

MEASURES: Final = ("nps", "csat", "ces", "expected", "experienced", "comment")
SCALED: Final = frozenset({"csat", "ces", "expected", "experienced"})
SINGLE: Final = frozenset({"nps", "ces"})
"""Measures that one question of a questionnaire may have at most."""
NPS_SCALE: Final = tuple(range(11))


def lint_measures(
    questionnaire: Questionnaire, measures: Mapping[str, Any], problems: Problems
) -> None:
    """Note measures of questions that are not there, or that cannot measure it."""
    counted: dict[str, str] = {}
    for name, measure in measures.items():
        question = questionnaire.by_name.get(name)
        kind = measure.get("measure") if isinstance(measure, Mapping) else None
        if question is None:
            problems.error("measures", N_("There is no question “%(name)s”."), name=str(name)[:80])
        elif kind not in MEASURES:
            problems.error(name, N_("There is no measure “%(measure)s”."), measure=str(kind)[:80])
        else:
            _lint_measure(question, str(kind), problems)
            if kind in SINGLE and kind in counted:
                problems.error(
                    name, N_("“%(other)s” measures the same; only one question can."),
                    other=counted[kind],
                )  # fmt: skip
            counted[str(kind)] = name


def _lint_measure(question: Question, kind: str, problems: Problems) -> None:
    if kind == "nps" and _values(question) != NPS_SCALE:
        problems.error(
            question.name, N_("A recommendation score needs the whole scale from 0 to 10.")
        )
    elif kind in SCALED and len(_values(question)) < 2:
        problems.error(question.name, N_("The question has no scale to measure with."))
    elif kind == "comment" and question.type not in {"comment", "text"}:
        problems.error(question.name, N_("A comment is a question to write an answer to."))


def _values(question: Question) -> tuple[Any, ...]:
    """Return the numbers that a question can be answered with."""
    if question.type == "rating":
        return rates_of(question)
    if question.type == "boolean":
        return (False, True)
    if question.type in {"radiogroup", "dropdown"}:
        return tuple(choice.value for choice in question.choices)
    return ()
