"""Open a survey's pages and send them. A GET never records anything."""

from typing import Any, Final
from uuid import UUID

from flask import Response, make_response, render_template, request
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, Refused, current
from guanxi_surveys.answering.definitions import Asked, by_id, by_public_key
from guanxi_surveys.answering.outcomes import AlreadyAnswered
from guanxi_surveys.life.opening import SurveyClosed
from guanxi_surveys.pages.frames import choose, frame, speaking
from guanxi_surveys.pages.places import Place, SentBack
from guanxi_surveys.pages.taking import Taking
from guanxi_surveys.pages.visits import LinkEnded, Visit
from guanxi_surveys.texts import _

REFUSALS: Final = (NotFound, Refused, Conflict, Invalid)
RESPONDENT: Final = "respondent"
MOST_SENT: Final = 60 << 20
"""Bytes of one form with its files."""


def draw_visit(visit: Visit) -> Response:
    """Draw where somebody is: the first page, the one to go on with, the end, or why not."""
    session = current.session()
    try:
        return Place(visit, session, survey_of(session, visit)).draw()
    except REFUSALS as error:
        return refused(session, error)


def take_visit(visit: Visit) -> Response:
    """Take what was sent and draw what comes next."""
    request.max_content_length = MOST_SENT
    go = request.form.get("go", "next")
    if go == "look" or go.startswith("lang:"):
        return draw_visit(visit)
    try:
        with current.tx_of_nobody(RESPONDENT) as session:
            return Taking(visit, session, survey_of(session, visit)).take(go)
    except SentBack as back:
        return _draw_back(visit, back)
    except REFUSALS as error:
        return refused(current.session(), error)


def survey_of(session: Session, visit: Visit) -> Asked:
    """Return the survey of a visit.

    :raises NotFound: there is none, or the link has ended.
    """
    if visit.expires_at is not None and visit.expires_at <= current.now():
        raise LinkEnded
    if isinstance(visit.survey, UUID):
        return by_id(session, visit.survey)
    return by_public_key(session, visit.survey)


def refused(session: Session, error: Any) -> Response:
    """Return the one calm page of what cannot be answered."""
    language = choose(("en", "zh-cn"), request.args.get("lang"))
    with speaking(language):
        heading, status = _heading(error)
        page = render_template(
            "surveys/answer/closed.html",
            frame=frame(session, None, None, language),
            heading=heading,
            sentence=_(error.message, **error.params),
        )
    return make_response(page, status)


def _heading(error: Any) -> tuple[str, int]:
    if isinstance(error, AlreadyAnswered):
        return _("Thank you"), 200
    if isinstance(error, SurveyClosed | LinkEnded):
        return _("This survey is closed"), 410
    if isinstance(error, NotFound):
        return _("There is no survey here"), 404
    return _("This did not work"), error.status


def _draw_back(visit: Visit, back: SentBack) -> Response:
    """Draw a page again that was sent with something missing; nothing of it was kept."""
    session = current.session()
    try:
        return Place(visit, session, survey_of(session, visit)).draw_again(back)
    except REFUSALS as error:
        return refused(session, error)
