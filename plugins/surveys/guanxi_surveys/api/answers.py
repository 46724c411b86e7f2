"""Answers, for programs: take a whole one or begin one, read, list, correct."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from guanxi.sdk import current, web
from guanxi_surveys.answering.amending import amend, amendments_of
from guanxi_surveys.answering.beginning import Way, begin_by
from guanxi_surveys.answering.definitions import by_id, by_key
from guanxi_surveys.answering.finishing import submit
from guanxi_surveys.answering.outcomes import Outcome
from guanxi_surveys.answering.reading import find_answer, list_answers, told
from guanxi_surveys.answering.saving import save_page
from guanxi_surveys.answering.sight import next_of, place, sight
from guanxi_surveys.api.blueprint import ANSWER, MANAGE, VIEW, api
from guanxi_surveys.schemas.answers import (
    SurveyAmendmentAskSchema,
    SurveyAmendmentSchema,
    SurveyAnswerAskSchema,
    SurveyAnswerListSchema,
    SurveyAnswerOutcomeSchema,
    SurveyAnswerSchema,
    SurveyAnswersQuerySchema,
)


@api.post("/answers", permission=ANSWER)
@api.arguments(SurveyAnswerAskSchema())
@api.response(200, SurveyAnswerOutcomeSchema)
@api.alt_response(201, schema=SurveyAnswerOutcomeSchema, description="It was taken now.")
def take_answer(values: dict[str, Any]) -> Response:
    """Take a whole answer, or with finish=false begin or go on with one.

    The submission is an id of your own: whatever is sent again under it, one answer is kept, and
    a finished one's first outcome is returned.
    """
    session, now = current.tx(), current.now()
    asked = by_key(session, values["survey"])
    way = {
        "submission": values["submission"],
        "language": values["language"],
        "channel": values["channel"],
        "customer_id": values["customer_id"],
        "about_id": values["about_id"],
        "method": values["method"],
        "trial": values["trial"],
        "staff_id": current.principal().user_id if values["channel"] == "staff" else None,
    }
    if values["finish"]:
        outcome = submit(session, asked, values["values"], now=now, **way)
    else:
        answer = begin_by(session, asked, Way(**way), now=now)
        if answer.state == "begun":
            save_page(session, answer, values=values["values"], page=0, now=now, strict=False)
        shown = None if asked.anonymous else answer.id
        outcome = Outcome(answer.state, shown, repeated=answer.state != "begun")
    return web.answer(_outcome(outcome, values["submission"]), 200 if outcome.repeated else 201)


@api.get("/answers", permission=VIEW)
@api.arguments(SurveyAnswersQuerySchema(), location="query")
@api.response(200, SurveyAnswerListSchema)
def list_survey_answers(asked: dict[str, Any]) -> Response:
    """Answers of a survey that you may see, the last finished first."""
    session, limit = current.session(), asked["limit"]
    survey = by_key(session, asked["survey"])
    found = list_answers(
        session,
        survey.id,
        sight(),
        limit=limit + 1,
        after=place(asked.get("after")),
        state=asked["state"],
        customer_id=asked["customer_id"],
    )
    page = found[:limit]
    following = next_of(page[-1]) if len(found) > limit else None
    return web.answer({"items": [told(one, survey.key) for one in page], "next": following})


@api.get("/answers/<uuid:answer_id>", permission=VIEW)
@api.response(200, SurveyAnswerSchema)
def show_answer(answer_id: UUID) -> Response:
    """One answer, with its corrections."""
    session = current.session()
    return web.answer(_whole(session, answer_id))


@api.post("/answers/<uuid:answer_id>/amendments", permission=MANAGE)
@api.arguments(SurveyAmendmentAskSchema())
@api.response(201, SurveyAmendmentSchema)
def amend_answer(values: dict[str, Any], answer_id: UUID) -> Response:
    """Correct a finished answer: the answer stays, the correction stands beside it."""
    session = current.tx()
    found = find_answer(session, answer_id, sight(), lock=True)
    made = amend(session, found, values["values"], reason=values["reason"], now=current.now())
    return web.answer(_amendment(made), 201)


def _whole(session: Session, answer_id: UUID) -> dict[str, Any]:
    found = find_answer(session, answer_id, sight())
    survey = by_id(session, found.survey_id)
    amendments = [_amendment(one) for one in amendments_of(session, found.id)]
    return {**told(found, survey.key), "amendments": amendments}


def _amendment(made: Any) -> dict[str, Any]:
    return {
        "id": made.id,
        "at": made.at,
        "actor": made.actor,
        "reason": made.reason,
        "values": made.after,
        **made.measured,
    }


def _outcome(outcome: Outcome, submission: UUID) -> dict[str, Any]:
    return {
        "id": outcome.answer_id,
        "submission": submission,
        "state": outcome.state,
        "repeated": outcome.repeated,
        "thanks": outcome.thanks,
    }
