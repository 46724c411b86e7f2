"""Keep a page of an unfinished answer (保存一页), so that it can be resumed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi_surveys.answering.definitions import published
from guanxi_surveys.answering.outcomes import InvalidAnswers, TooLate
from guanxi_surveys.answering.sizes import bounded
from guanxi_surveys.answering.walking import path, wrong_on
from guanxi_surveys.models import Answer
from guanxi_surveys.questionnaire import Walk


def save_page(
    session: Session,
    answer: Answer,
    *,
    values: Mapping[str, Any],
    page: int,
    now: datetime,
    strict: bool = True,
    language: str | None = None,
) -> Walk:
    """Keep what was answered on a page, and return the path from here.

    :param values: of this page, None for what was taken back; others stay as they are.
    :param page: which page of the path they are of, from 0.
    :param strict: refuse what does not fit; otherwise it is kept all the same, as when one goes
        back, and refused later.
    :raises InvalidAnswers: answers of this page are missing or do not fit.
    :raises TooLate: it was not resumed in time.
    """
    if answer.state != "begun":
        raise TooLate
    if language is not None:
        answer.language = language
    merged = merge(answer.values, bounded(values))
    asked = published(session, answer.version_id)
    walked = path(
        asked, merged, language=answer.language, seed=answer.submission, now=now, page=page
    )
    wrong = wrong_on(walked, page) if strict else {}
    if wrong:
        raise InvalidAnswers(wrong)
    answer.values = merged
    answer.seen = seen_with(answer.seen, walked, page)
    session.flush()
    return walked


def merge(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers with what was given anew; what is None was taken back."""
    return {name: value for name, value in {**held, **given}.items() if value is not None}


def seen_with(seen: Sequence[str], walked: Walk, page: int | None = None) -> list[str]:
    """Return the questions that were put to the person, in the order of the first time."""
    pages = walked.pages if page is None else walked.pages[page : page + 1]
    shown = (one.name for sheet in pages for one in sheet.questions if one.question.takes_answer)
    return list(dict.fromkeys([*seen, *shown]))
