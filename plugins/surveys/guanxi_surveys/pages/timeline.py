"""On a customer's timeline: answers of the past, with what they measured.

The touchpoint of an answer stands there already; this entry leads to the answer itself.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from guanxi.sdk import TimelineEntry, current, web
from guanxi_surveys.answering.reading import answers_of_customer
from guanxi_surveys.answering.titles import title_of
from guanxi_surveys.pages.blueprint import VIEW
from guanxi_surveys.pages.panel import scores
from guanxi_surveys.texts import _


def timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    """Return answers before an instant, the latest first."""
    person = current.principal_or_none()
    if person is not None and not person.may(VIEW):
        return ()
    found = answers_of_customer(session, customer_id, limit=limit, before=before)
    return [
        TimelineEntry(
            answer.finished_at,
            _("Answered: %(title)s", title=title_of(survey, web.language())),
            scores(answer),
            "clipboard-check",
            url_for("surveys.show_answer", answer_id=answer.id),
        )
        for answer, survey in found
    ]
