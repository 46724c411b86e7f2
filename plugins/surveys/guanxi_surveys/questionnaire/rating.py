"""The steps of a rating question (评分), lowest first."""

from functools import lru_cache
from typing import Any

from guanxi_surveys.questionnaire.bounds import CHOICES
from guanxi_surveys.questionnaire.model import Choice, Question
from guanxi_surveys.questionnaire.values import is_empty


def steps_of(question: Question) -> tuple[Choice, ...]:
    """Return what can be given, each with its text."""
    if question.choices:
        return question.choices
    return _steps(question.rate_least, most_of(question), question.rate_step)


@lru_cache(maxsize=256)
def _steps(least: float, most: float, step: float) -> tuple[Choice, ...]:
    steps: list[Choice] = []
    value = least
    while value <= most and len(steps) < CHOICES and step > 0:
        rounded = round(value, 10)
        number = int(rounded) if rounded == int(rounded) else rounded
        steps.append(Choice(number, {"default": str(number)}))
        value += step
    return tuple(steps)


def rates_of(question: Question) -> tuple[Any, ...]:
    """Return the values that can be given."""
    return tuple(step.value for step in steps_of(question))


def most_of(question: Question) -> float:
    """Return the highest value; ``rateCount`` says it where ``rateMax`` does not."""
    if is_empty(question.raw.get("rateMax")) and question.raw.get("rateCount") is not None:
        return question.rate_least + question.rate_step * (question.rate_count - 1)
    return question.rate_most
