"""The panel on a customer's page: the last answers, and what staff may ask in a talk."""

from datetime import datetime
from typing import Any, Final

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from guanxi.sdk import Panel, Text, current, web
from guanxi_surveys.answering.reading import answers_of_customer
from guanxi_surveys.answering.titles import title_of
from guanxi_surveys.models import Answer, Survey
from guanxi_surveys.pages.blueprint import ANSWER, VIEW

TITLE: Final = Text("Surveys", "客户调查")
LATEST: Final = 3
MOST: Final = 20
ORDER: Final = 40


def customer_panel(session: Session, customer: Any, now: datetime) -> Panel | None:
    """Return the panel; None for who may not see it, erased customers, or with nothing to show."""
    person = current.principal_or_none()
    if customer.erased_at is not None or (person is not None and not person.may(VIEW)):
        return None
    answers = [
        answer_values(answer, survey)
        for answer, survey in answers_of_customer(session, customer.id, limit=LATEST)
    ]
    may_answer = person is not None and person.may(ANSWER)
    offered = _offered(session, customer.id, now) if may_answer else []
    if not answers and not offered:
        return None
    return Panel(TITLE, "surveys/panel.html", {"answers": answers, "offered": offered}, ORDER)


def answer_values(answer: Answer, survey: Survey) -> dict[str, Any]:
    """Return what a list shows of an answer."""
    return {
        "title": title_of(survey, web.language()),
        "at": answer.finished_at or answer.begun_at,
        "scores": scores(answer),
        "low": answer.nps is not None and answer.nps <= 6,
        "url": url_for("surveys.show_answer", answer_id=answer.id),
    }


def scores(answer: Answer) -> str:
    """Return what an answer measured, in short."""
    told = [
        "" if answer.nps is None else f"NPS {answer.nps}",
        "" if answer.csat is None else f"CSAT {answer.csat:.0%}",
        "" if answer.ces is None else f"CES {answer.ces:.0%}",
    ]
    return " · ".join(filter(None, told))


def _offered(session: Session, customer_id: Any, now: datetime) -> list[dict[str, str]]:
    """Return the open surveys that can be answered with a known customer."""
    wanted = (
        select(Survey)
        .where(Survey.state == "open", Survey.identity == "named")
        .where(Survey.closes_at.is_(None) | (Survey.closes_at > now))
        .options(defer(Survey.definition))
        .order_by(Survey.key)
        .limit(MOST)
    )
    return [
        {
            "title": title_of(one, web.language()),
            "url": url_for("surveys.answer_with", survey_id=one.id, customer=customer_id),
        }
        for one in session.scalars(wanted)
    ]
