"""The touchpoint of an answer (接触点): that it was given, and how well the customer feels."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from guanxi.sdk import Refused, touchpoints
from guanxi_surveys.answering.definitions import Asked
from guanxi_surveys.answering.titles import title_of
from guanxi_surveys.models import Answer

SOURCE: Final = "surveys"
_CHANNELS: Final = {"email": "email"}
"""Our channels to the core's, where they are not the website."""


def touch(session: Session, asked: Asked, answer: Answer, *, now: datetime) -> None:
    """Record the touchpoint of a named answer; a plugin that refuses it undoes no answer."""
    draft = touchpoints.Draft(
        channel=answer.method or _CHANNELS.get(answer.channel, "website"),
        kind="survey",
        occurred_at=now,
        direction="in",
        customer_id=answer.customer_id,
        staff_id=answer.staff_id,
        subject=title_of(asked, answer.language)[:300],
        note=_scores(answer),
        source=SOURCE,
        external_id=str(answer.id),
    )
    try:
        touchpoints.record(session, draft, now=now)
    except Refused:
        return


def _scores(answer: Answer) -> str | None:
    told = [
        "" if answer.nps is None else f"NPS {answer.nps}",
        "" if answer.csat is None else f"CSAT {answer.csat:.0%}",
        "" if answer.ces is None else f"CES {answer.ces:.0%}",
    ]
    return " · ".join(filter(None, told)) or None
