"""What was answered to each question: how often each choice, means, and where people gave up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi_surveys.figures.intervals import Figure, mean
from guanxi_surveys.figures.periods import Period
from guanxi_surveys.figures.readings import BESIDE, as_text
from guanxi_surveys.figures.small_cells import percentages
from guanxi_surveys.models import ChoiceCount, SeenCount
from guanxi_surveys.questionnaire import Question, Questionnaire, said
from guanxi_surveys.questionnaire.displaying import choice_text, truth_text
from guanxi_surveys.questionnaire.model import CHOOSING, NONE, OTHER
from guanxi_surveys.questionnaire.rating import steps_of


@dataclass(frozen=True, slots=True)
class Bar:
    """One choice: its value, its text, how many took it, of those who answered how many percent.

    Percent are whole and add up to 100 where one choice excludes the others. ``place`` is the mean
    place in a ranking, 1 the first.
    """

    value: str
    text: str
    n: int
    percent: int
    place: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A question, or one row of a matrix: its bars, or of numbers their mean.

    ``key`` is what the part is counted under; empty for a whole question.
    """

    text: str
    n: int
    bars: tuple[Bar, ...] = ()
    mean: Figure | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One question (单题结果): how often it was put, answered, and where an answer ended.

    ``left`` counts those who never finished and saw nothing after it (流失).
    """

    name: str
    title: str
    type: str
    seen: int
    answered: int
    left: int
    parts: tuple[Part, ...] = field(default=())


def results(
    session: Session,
    survey_id: UUID,
    questionnaire: Questionnaire,
    period: Period,
    *,
    language: str,
    group: tuple[str, str] = ("", ""),
) -> list[Result]:
    """Return the results of all questions of a version, in order, their texts in ``language``.

    :param group: an attribute and its value, to count only who had it; empty for everybody.
    """
    counted = _counted(session, survey_id, period, group)
    seen = _seen(session, survey_id, period)
    found = []
    for question in questionnaire.questions:
        if not question.takes_answer:
            continue
        shown, answered, left = seen.get(question.name, (0, 0, 0))
        parts = _parts(questionnaire, question, counted.get(question.name, {}), language)
        title = said(question.title, language, questionnaire.language) or question.name
        found.append(Result(question.name, title, question.type, shown, answered, left, parts))
    return found


@dataclass(frozen=True, slots=True)
class _Sums:
    n: int
    total: float
    squares: float


Counted = dict[str, dict[str, _Sums]]
"""Part of a question to value to sums."""


def _counted(
    session: Session, survey_id: UUID, period: Period, group: tuple[str, str]
) -> dict[str, Counted]:
    one = ChoiceCount
    query = (
        select(one.question, one.part, one.value,
               func.sum(one.n), func.sum(one.total), func.sum(one.squares))
        .where(one.survey_id == survey_id, one.attribute == group[0], one.label == group[1])
        .group_by(one.question, one.part, one.value)
    )  # fmt: skip
    found: dict[str, Counted] = {}
    for question, part, value, *sums in session.execute(within(query, one.week, period)):
        if sums[0]:
            found.setdefault(question, {}).setdefault(part, {})[value] = _Sums(*sums)
    return found


def _seen(session: Session, survey_id: UUID, period: Period) -> dict[str, tuple[int, int, int]]:
    one = SeenCount
    query = (
        select(one.question, func.sum(one.seen), func.sum(one.answered), func.sum(one.left))
        .where(one.survey_id == survey_id)
        .group_by(one.question)
    )
    rows = session.execute(within(query, one.week, period))
    return {question: (seen, answered, left) for question, seen, answered, left in rows}


def within(query: Any, week: Any, period: Period) -> Any:
    """Return ``query`` for the weeks of a period."""
    if period.since is not None:
        query = query.where(week >= period.since)
    return query if period.until is None else query.where(week < period.until)


def _parts(
    whole: Questionnaire, question: Question, counted: Counted, language: str
) -> tuple[Part, ...]:
    if question.type == "matrix":
        return tuple(
            replace(
            _part(said(row.text, language, whole.language), counted.get(as_text(row.value), {}),
                  _listed(question.columns, whole, language), alone=True),
            key=as_text(row.value))
            for row in question.rows
        )  # fmt: skip
    if question.type == "matrixdropdown":
        return tuple(_cells(whole, question, counted, language))
    return (_one(whole, question, counted.get("", {}), "", language),)


def _cells(
    whole: Questionnaire, question: Question, counted: Counted, language: str
) -> Iterable[Part]:
    for row in question.rows:
        for column in question.cells:
            texts = (row.text, column.title)
            heading = " · ".join(said(one, language, whole.language) for one in texts)
            key = as_text(row.value) + BESIDE + column.name
            yield replace(_one(whole, column, counted.get(key, {}), heading, language), key=key)


def _one(
    whole: Questionnaire, question: Question, sums: dict[str, _Sums], heading: str, language: str
) -> Part:
    if question.type == "text":
        number = sums.get("", _Sums(0, 0, 0))
        return Part(heading, number.n, (), mean(number.n, number.total, number.squares))
    alone = question.type not in {"checkbox", "tagbox", "ranking"}
    listed = _offered(whole, question, language)
    return _part(heading, sums, listed, alone=alone, ranked=question.type == "ranking")


def _part(
    heading: str,
    sums: dict[str, _Sums],
    listed: Sequence[tuple[str, str]],
    *,
    alone: bool,
    ranked: bool = False,
) -> Part:
    """Return the bars of what is offered, then of what older versions offered."""
    offered = {"", *(value for value, _ in listed)}
    rows = [*listed, *((value, value) for value in sorted(sums) if value not in offered)]
    counts = [sums[value].n if value in sums else 0 for value, _ in rows]
    n = sum(counts) if alone else sums[""].n if "" in sums else 0
    percents = percentages(counts) if alone else [_percent(one, n) for one in counts]
    bars = tuple(
        Bar(value, text, count, percent, _place(sums.get(value)) if ranked else None)
        for (value, text), count, percent in zip(rows, counts, percents, strict=True)
    )
    return Part(heading, n, bars, _mean(sums) if alone else None)


def _percent(count: int, n: int) -> int:
    return round(100 * count / n) if n else 0


def _place(sums: _Sums | None) -> float | None:
    return sums.total / sums.n if sums else None


def _mean(sums: dict[str, _Sums]) -> Figure | None:
    """Return the mean where every value is a number."""
    if not sums or not all(_is_number(value) for value in sums):
        return None
    return mean(
        sum(one.n for one in sums.values()),
        sum(one.total for one in sums.values()),
        sum(one.squares for one in sums.values()),
    )


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _offered(whole: Questionnaire, question: Question, language: str) -> list[tuple[str, str]]:
    if question.type == "rating":
        return _listed(steps_of(question), whole, language)
    if question.type == "boolean":
        pairs = ((question.true_value, True), (question.false_value, False))
        return [(as_text(value), truth_text(question, which, language, whole.language))
                for value, which in pairs]  # fmt: skip
    if question.type in CHOOSING:
        extra = [name for name, there in ((OTHER, question.other), (NONE, question.none)) if there]
        more = [(name, choice_text(question, name, language, whole.language)) for name in extra]
        return [*_listed(question.choices, whole, language), *more]
    return []


def _listed(choices: Iterable[Any], whole: Questionnaire, language: str) -> list[tuple[str, str]]:
    return [
        (as_text(one.value), said(one.text, language, whole.language) or as_text(one.value))
        for one in choices
    ]
