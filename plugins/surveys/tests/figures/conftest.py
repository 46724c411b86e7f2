"""A survey with all sorts of questions, and answers to it that come from nowhere."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import new_id
from guanxi_surveys.answering.measuring import measure
from guanxi_surveys.life.making import SurveyDraft, make_survey
from guanxi_surveys.life.publishing import publish
from guanxi_surveys.models import Answer, Survey, Version

DEFINITION = {
    "title": "Figures",
    "pages": [
        {
            "name": "first",
            "elements": [
                {"type": "rating", "name": "recommend", "title": "Would you recommend us?",
                 "rateMin": 0, "rateMax": 10},
                {"type": "rating", "name": "speed", "title": "How fast were we?"},
                {"type": "checkbox", "name": "liked", "title": "What did you like?",
                 "choices": ["price", "staff", "place"]},
                {"type": "radiogroup", "name": "again", "title": "Again?",
                 "choices": ["yes", "no"]},
                {"type": "matrix", "name": "parts", "title": "And these?",
                 "rows": ["food", "room"], "columns": [1, 2, 3]},
                {"type": "text", "name": "age", "title": "How old?", "inputType": "number"},
                {"type": "comment", "name": "why", "title": "Why?"},
            ],
        }
    ],
}  # fmt: skip
MEASURES: dict[str, Any] = {
    "recommend": {"measure": "nps"},
    "speed": {"measure": "csat", "scale": [1, 5], "good": [4, 5]},
}
NAMES = ["recommend", "speed", "liked", "again", "parts", "age", "why"]
Answering = Callable[..., Answer]


@pytest.fixture
def asked(writing: Callable[..., Any], now: datetime) -> UUID:
    """The id of a published survey."""
    with writing() as session:
        draft = SurveyDraft(key="visit", title="Figures", definition=DEFINITION, measures=MEASURES)
        survey = make_survey(session, draft, now=now)
        publish(session, survey, now=now)
        return survey.id


@pytest.fixture
def answer(asked: UUID, now: datetime) -> Answering:
    """``answer(session, {...}, state=..., days_ago=..., attributes={...})`` puts one in."""

    def put(session: Session, values: dict[str, Any], **more: Any) -> Answer:
        version = session.scalars(select(Version).where(Version.survey_id == asked)).one()
        begun = now - timedelta(days=more.pop("days_ago", 0), seconds=more.pop("seconds", 60))
        state = more.pop("state", "finished")
        finished = state == "finished"
        measured = measure(version.measures, values).as_dict() if finished else {}
        made = Answer(
            id=new_id(),
            survey_id=asked,
            version_id=version.id,
            submission=uuid4(),
            state=state,
            language="en",
            channel="public",
            values=values,
            seen=more.pop("seen", NAMES),
            begun_at=begun,
            finished_at=begun + timedelta(seconds=60) if finished else None,
            **measured,
            **more,
        )
        session.add(made)
        session.flush()
        return made

    return put


def made_up(draw: random.Random) -> dict[str, Any]:
    """Return some answers; about one of five questions is left out."""
    values = {
        "recommend": draw.randint(0, 10),
        "speed": draw.randint(1, 5),
        "liked": draw.sample(["price", "staff", "place"], draw.randint(1, 3)),
        "again": draw.choice(["yes", "no"]),
        "parts": {"food": draw.randint(1, 3), "room": draw.randint(1, 3)},
        "age": draw.randint(18, 80),
        "why": draw.choice(["Slow", "Nice staff", "价格太贵"]),
    }
    return {name: value for name, value in values.items() if draw.random() < 0.8}


def survey_of(session: Session, survey_id: UUID) -> Survey:
    """Return the survey."""
    return session.get_one(Survey, survey_id)
