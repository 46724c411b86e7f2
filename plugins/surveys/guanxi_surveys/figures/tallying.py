"""Answers summed up before they are added to the counts: many at once, and also with a minus sign.

What is counted: every answer that ended and was no trial. Scores and choices only of finished ones;
how often a question was seen, answered and left of all.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from guanxi_surveys.answering.definitions import Published
from guanxi_surveys.figures.readings import BESIDE, Reading, as_text, readings
from guanxi_surveys.models import Answer
from guanxi_surveys.questionnaire.model import Question

MOST_PAIRED: Final = 25
"""Questions with numbers whose correlations are kept; those after them are left out."""
MOST_SECONDS: Final = 3600
_SCORES: Final = ("csat", "ces", "gap")
_WRITTEN: Final = frozenset({"comment", "text"})
_NAMED_INPUT: Final = frozenset({"text", "search"})
_LONGEST_LABEL: Final = 200
Sums = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """Sums under the primary key of each table of counts."""

    days: dict[tuple[Any, ...], Sums] = field(default_factory=dict)
    groups: dict[tuple[Any, ...], Sums] = field(default_factory=dict)
    choices: dict[tuple[Any, ...], Sums] = field(default_factory=dict)
    seen: dict[tuple[Any, ...], Sums] = field(default_factory=dict)
    pairs: dict[tuple[Any, ...], Sums] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it counts now: its values and scores with the latest correction.

    ``sign`` is -1 where it is taken out of the counts again. ``day`` is the company's.
    """

    answer: Answer
    values: Mapping[str, Any]
    scores: Mapping[str, Any]
    version: Published
    day: date
    sign: int = 1

    @property
    def survey_id(self) -> UUID:
        """Return whose answer it is."""
        return self.answer.survey_id

    @property
    def week(self) -> date:
        """Return the Monday of its week."""
        return week_of(self.day)


def add_answer(tally: Tally, given: Given) -> None:
    """Add one answer to ``tally``."""
    answer, sign = given.answer, given.sign
    _see(tally, given)
    key = (given.survey_id, given.day, given.version.number, answer.channel, answer.language)
    one = _sums(tally.days, key)
    one[answer.state] += sign
    if answer.state != "finished":
        return
    seconds = _seconds(answer)
    if seconds is not None:
        one["seconds_n"] += sign
        one["seconds"] += sign * seconds
    scored = _scored(given)
    _add(one, scored, sign)
    said = [one for question in given.version.questionnaire.questions
            for one in _said(question, given.values)]  # fmt: skip
    _pair(tally, given, said)
    _choose(tally, given, ("", ""), said)
    for group in groups_of(answer.attributes):
        sums = _sums(tally.groups, (given.survey_id, *group, given.week))
        sums["n"] += sign
        _add(sums, scored, sign)
        _choose(tally, given, group, said)


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def groups_of(attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each attribute with each of its values as text; empty where it had none."""
    for key, value in attributes.items():
        listed = value if isinstance(value, list) else [value]
        for one in dict.fromkeys(listed or [None]):
            yield key, "" if one is None else as_text(one)[:_LONGEST_LABEL]


def comments_of(version: Published, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names under which something was written in words."""
    for question in version.questionnaire.questions:
        written = question.type in _WRITTEN and (
            question.type == "comment" or question.input in _NAMED_INPUT
        )
        if written and isinstance(values.get(question.name), str):
            yield question.name
        if isinstance(values.get(question.comment_name), str):
            yield question.comment_name


def _said(question: Question, values: Mapping[str, Any]) -> Iterator[Reading]:
    value = values.get(question.name)
    return iter(()) if value is None else readings(question, value)


def _see(tally: Tally, given: Given) -> None:
    known = given.version.questionnaire.by_name
    seen = [name for name in given.answer.seen if name in known and known[name].takes_answer]
    unanswered = [name for name in seen if given.values.get(name) is None]
    for name in seen:
        one = _sums(tally.seen, (given.survey_id, name, given.week))
        one["seen"] += given.sign
        one["answered"] += given.sign * (name not in unanswered)
    if seen and given.answer.state == "expired":
        left = unanswered[0] if unanswered else seen[-1]
        tally.seen[given.survey_id, left, given.week]["left"] += given.sign


def _seconds(answer: Answer) -> float | None:
    """Return how long it took; None of anonymous ones, whose times are days."""
    if answer.finished_at is None or answer.finished_at == answer.begun_at:
        return None
    return min((answer.finished_at - answer.begun_at).total_seconds(), MOST_SECONDS)


def _scored(given: Given) -> Sums:
    found: Sums = {}
    scores = given.scores
    if scores.get("nps") is not None:
        found["nps"] = int(scores["nps"])
    for kind in _SCORES:
        value = scores.get(kind)
        if value is not None:
            found |= {f"{kind}_n": 1, kind: value, f"{kind}_squares": value * value}
    for kind, name in (("csat", "good"), ("ces", "easy")):
        if scores.get(kind) is not None:
            found[name] = int(_all_good(given, kind))
    return found


def _all_good(given: Given, kind: str) -> bool:
    """Say whether every answer that measures ``kind`` is one of those that count as good.

    Without a list of good answers it is the upper two of a scale of five (top-two box), that is
    three quarters of the scale or more.
    """
    answered, values = [], given.values
    for name, how in given.version.measures.items():
        if how.get("measure") != kind:
            continue
        question, _, row = name.partition(".")
        value = values.get(name, values.get(question))
        if isinstance(value, Mapping):
            inside = [value[row]] if row and row in value else [] if row else [*value.values()]
            answered += [_good(one, how) for one in inside]
        elif value is not None:
            answered.append(_good(value, how))
    return bool(answered) and all(answered)


def _good(value: Any, how: Mapping[str, Any]) -> bool:
    if how.get("good"):
        return as_text(value) in {as_text(one) for one in how["good"]}
    least, most = map(float, how.get("scale") or (1, 5))
    try:
        return (float(value) - least) / (most - least) >= 0.75
    except (TypeError, ValueError, ZeroDivisionError):
        return False


def _add(sums: Sums, more: Sums, sign: int) -> None:
    for name, value in more.items():
        if name == "nps":
            if not isinstance(sums["nps"], list):
                sums["nps"] = [0] * 11
            sums["nps"][value] += sign
        else:
            sums[name] += sign * value


def _choose(tally: Tally, given: Given, group: tuple[str, str], said: list[Reading]) -> None:
    for one in said:
        key = (given.survey_id, *group, one.question, one.part, one.value, given.week)
        sums = _sums(tally.choices, key)
        sums["n"] += given.sign
        if one.number is not None:
            sums["total"] += given.sign * one.number
            sums["squares"] += given.sign * one.number * one.number


def _pair(tally: Tally, given: Given, said: list[Reading]) -> None:
    sign, numbers = given.sign, _numbers(given, said)
    for one, two in combinations(numbers, 2):
        x, y = numbers[one], numbers[two]
        sums = _sums(tally.pairs, (given.survey_id, one, two, given.week))
        sums["n"] += sign
        sums["ones"] += sign * x
        sums["twos"] += sign * y
        sums["one_squares"] += sign * x * x
        sums["two_squares"] += sign * y * y
        sums["products"] += sign * x * y


def _numbers(given: Given, said: list[Reading]) -> dict[str, float]:
    """Return what can be correlated, in order: the scores first, then the first questions."""
    found = {f"={kind}": float(given.scores[kind]) for kind in ("ces", "csat", "nps")
             if given.scores.get(kind) is not None}  # fmt: skip
    numbers = {
        one.question + (BESIDE + one.part if one.part else ""): one.number
        for one in said
        if one.number is not None
    }
    return {**found, **{name: numbers[name] for name in sorted(numbers)[:MOST_PAIRED]}}


def _sums(rows: dict[tuple[Any, ...], Sums], key: tuple[Any, ...]) -> Sums:
    return rows.setdefault(key, defaultdict(int))
