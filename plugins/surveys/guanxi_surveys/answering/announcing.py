"""The event of a named answer; it names the scores and no word that was written."""

from sqlalchemy.orm import Session

from guanxi.sdk import append
from guanxi_surveys.answering.definitions import Asked
from guanxi_surveys.events import SurveyAnswered
from guanxi_surveys.models import Answer


def announce(session: Session, asked: Asked, answer: Answer) -> None:
    """Append the event."""
    append(
        session,
        SurveyAnswered(
            customer_id=answer.customer_id,
            survey=asked.key,
            answer_id=answer.id,
            about_id=answer.about_id,
            channel=answer.channel,
            nps=answer.nps,
            csat=answer.csat,
            ces=answer.ces,
            gap=answer.gap,
        ),
    )
