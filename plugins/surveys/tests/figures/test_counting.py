"""Counts say what counting all answers from the start would, whatever happened in between."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from plugins.surveys.tests.figures.conftest import DEFINITION, Answering, made_up
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import new_id
from guanxi_surveys.figures.counting import count_some, recount, uncount, waiting
from guanxi_surveys.figures.periods import EVERYTHING, Period, last_weeks
from guanxi_surveys.figures.questions import results
from guanxi_surveys.figures.tables import attributes_of, cross, groups
from guanxi_surveys.figures.totals import still_open, totals, weekly
from guanxi_surveys.life.finding import answers_of
from guanxi_surveys.models import (
    Amendment,
    Answer,
    ChoiceCount,
    Comment,
    DayCount,
    GroupCount,
    PairCount,
    SeenCount,
    Survey,
)
from guanxi_surveys.questionnaire import read

Writing = Callable[..., Any]
TABLES = (DayCount, GroupCount, ChoiceCount, SeenCount, PairCount)


def test_what_was_answered_is_what_is_counted(
    writing: Writing, asked: UUID, answer: Answering
) -> None:
    draw = random.Random(1)
    given = [made_up(draw) for _ in range(120)]
    with writing() as session:
        for values in given:
            answer(session, values)
        assert count_some(session) == 120
        found = totals(session, asked, EVERYTHING)
        told = {one.name: one for one in _results(session, asked)}

    scores = [one["recommend"] for one in given if "recommend" in one]
    assert found.counts["finished"] == 120
    assert found.parts.promoters == sum(one >= 9 for one in scores)
    assert found.parts.detractors == sum(one <= 6 for one in scores)
    speeds = [one["speed"] for one in given if "speed" in one]
    assert found.csat is not None
    assert (found.csat.n, found.csat.value) == (
        len(speeds),
        sum(one >= 4 for one in speeds) / len(speeds),
    )
    often = Counter(one["again"] for one in given if "again" in one)
    assert {bar.value: bar.n for bar in told["again"].parts[0].bars} == often
    liked = Counter(which for one in given for which in one.get("liked", ()))
    assert {bar.value: bar.n for bar in told["liked"].parts[0].bars} == liked
    assert told["liked"].parts[0].n == sum("liked" in one for one in given)
    foods = Counter(str(one["parts"]["food"]) for one in given if "parts" in one)
    assert {bar.value: bar.n for bar in told["parts"].parts[0].bars if bar.n} == foods
    ages = [one["age"] for one in given if "age" in one]
    average = told["age"].parts[0].mean
    assert average is not None
    assert round(average.value, 9) == round(sum(ages) / len(ages), 9)
    assert (told["why"].seen, told["why"].answered) == (120, sum("why" in one for one in given))


def test_an_answer_is_counted_once(writing: Writing, asked: UUID, answer: Answering) -> None:
    with writing() as session:
        answer(session, {"recommend": 9})
    with writing() as session:
        assert waiting(session, asked) == 1
        assert count_some(session) == 1
    with writing() as session:
        assert count_some(session) == 0
        assert waiting(session, asked) == 0
        assert totals(session, asked, EVERYTHING).parts.promoters == 1


def test_trials_and_unfinished_answers_are_not_in_the_scores(
    writing: Writing, asked: UUID, answer: Answering
) -> None:
    with writing() as session:
        answer(session, {"recommend": 0}, trial=True)
        answer(session, {"recommend": 0}, state="begun")
        answer(session, {"recommend": 0}, state="screened_out", seen=["recommend"])
        answer(session, {"recommend": 0}, state="expired", seen=["recommend", "speed"])
        count_some(session)
        found = totals(session, asked, EVERYTHING)
        told = {one.name: one for one in _results(session, asked)}

        assert still_open(session, asked) == 1
    assert found.nps is None
    assert (found.counts["finished"], found.counts["screened_out"]) == (0, 1)
    assert (told["speed"].seen, told["speed"].left, told["recommend"].left) == (1, 1, 0)


def test_how_many_there_are_is_the_same_before_and_after_they_are_counted(
    writing: Writing, asked: UUID, answer: Answering
) -> None:
    with writing() as session:
        for state in ("begun", "finished", "finished", "expired", "screened_out"):
            answer(session, {"recommend": 8}, state=state)
        answer(session, {"recommend": 8}, trial=True)
        survey = session.get_one(Survey, asked)
        before = answers_of(session, [survey])
        count_some(session)

        assert before == {asked: (5, 2)}
        assert answers_of(session, [survey]) == before


def test_scores_by_what_customers_were(writing: Writing, asked: UUID, answer: Answering) -> None:
    with writing() as session:
        for score in (10, 9, 0):
            answer(session, {"recommend": score, "again": "yes"}, attributes={"tier": "gold"})
        for score in (10, 10):
            answer(session, {"recommend": score, "again": "no"}, attributes={"tier": None})
        count_some(session)

        assert attributes_of(session, asked) == ["tier"]
        found = groups(session, asked, "tier", EVERYTHING)
        table = cross(session, asked, "tier", "again", EVERYTHING, least=1)
        hidden = cross(session, asked, "tier", "again", EVERYTHING)
        small = groups(session, asked, "tier", EVERYTHING, least=3)

    assert [(one.label, one.n, one.nps and round(one.nps.value)) for one in found] == [
        ("gold", 3, 33),
        ("", 2, 100),
    ]
    assert [one.nps is None for one in small] == [False, True]
    assert (table.labels, table.values, table.cells) == (
        ("gold", ""),
        ("no", "yes"),
        ((0, 3), (2, 0)),
    )
    assert all(cell is None for row in hidden.cells for cell in row)


def test_weeks_and_periods(writing: Writing, asked: UUID, answer: Answering, now: datetime) -> None:
    with writing() as session:
        answer(session, {"recommend": 10}, days_ago=0)
        answer(session, {"recommend": 0}, days_ago=21)
        count_some(session)
        weeks = weekly(session, asked, EVERYTHING)
        lately = totals(session, asked, last_weeks(session, 1, now=now))
        before = last_weeks(session, 2, now=now).before
        assert before is not None
        earlier = totals(session, asked, before)

    assert [one.scores.parts.promoters for one in weeks] == [0, 1]
    assert (weeks[1].monday - weeks[0].monday).days == 21
    assert (lately.parts.n, lately.parts.promoters) == (1, 1)
    assert (earlier.parts.n, earlier.parts.detractors) == (1, 1)
    assert EVERYTHING.before is None
    assert Period().since is None


def test_corrected_taken_out_and_counted_anew_is_as_counted_from_the_start(
    writing: Writing, asked: UUID, answer: Answering, now: datetime
) -> None:
    draw = random.Random(4)
    with writing() as session:
        ids = [
            answer(
                session,
                made_up(draw),
                state=draw.choice(["finished"] * 5 + ["expired", "screened_out"]),
                attributes={"tier": draw.choice(["gold", "silver", None]), "tags": ["a", "b"]},
                days_ago=draw.randint(0, 40),
            ).id
            for _ in range(60)
        ]
        count_some(session)
    with writing() as session:
        for answer_id in draw.sample(ids, 20):
            one = session.get_one(Answer, answer_id)
            uncount(session, one)
            if one.state == "finished":
                session.add(_correction(one, made_up(draw), now))
        session.flush()
        count_some(session)
    with writing() as session:
        stepwise = _all_counts(session)
        comments = _comments(session)
        recount(session, asked)
        count_some(session)

        assert _all_counts(session) == stepwise
        assert _comments(session) == comments


def _correction(one: Answer, values: dict[str, Any], now: datetime) -> Amendment:
    measured = {"nps": values.get("recommend"), "csat": None, "ces": None, "gap": None}
    return Amendment(id=new_id(), answer_id=one.id, at=now, actor="test", reason="typed wrongly",
                     before=one.values, after=values, measured=measured)  # fmt: skip


def _all_counts(session: Session) -> dict[str, dict[Any, Any]]:
    """Return all counts but those of nothing, sums rounded."""
    session.expire_all()
    found = {}
    for model in TABLES:
        columns = model.__table__.columns
        keys = [one.name for one in columns if one.primary_key]
        rest = [one.name for one in columns if not one.primary_key]
        rows = {
            tuple(getattr(row, name) for name in keys): tuple(
                round(value, 6) if isinstance(value := getattr(row, name), float) else str(value)
                for name in rest
            )
            for row in session.scalars(select(model))
        }
        nothing = {"0", "0.0", str([0] * 11)}
        found[model.__tablename__] = {
            key: row for key, row in rows.items() if any(str(one) not in nothing for one in row)
        }
    return found


def _comments(session: Session) -> list[tuple[Any, ...]]:
    query = select(Comment.answer_id, Comment.question, Comment.week, Comment.score)
    return sorted(tuple(row) for row in session.execute(query))


def _results(session: Session, survey_id: UUID) -> list[Any]:
    return results(session, survey_id, read(DEFINITION), EVERYTHING, language="en")
