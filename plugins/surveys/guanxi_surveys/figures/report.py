"""All that is known of a survey in a period, in one piece: for the page, the API, files and PDF."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_surveys.answering.definitions import Published, published
from guanxi_surveys.figures.comparing import Trend
from guanxi_surveys.figures.counting import waiting
from guanxi_surveys.figures.drivers import Drivers
from guanxi_surveys.figures.driving import drivers_of
from guanxi_surveys.figures.periods import EVERYTHING, Period, last_weeks
from guanxi_surveys.figures.questions import Result, results
from guanxi_surveys.figures.readings import BESIDE, as_text
from guanxi_surveys.figures.small_cells import LEAST
from guanxi_surveys.figures.tables import Group, attributes_of, groups
from guanxi_surveys.figures.totals import (
    Change,
    Scores,
    Week,
    change,
    still_open,
    totals,
    trends,
    weekly,
)
from guanxi_surveys.figures.words import Tone, Word, tone, words
from guanxi_surveys.life.finding import version_now
from guanxi_surveys.models import Survey
from guanxi_surveys.questionnaire import said

_CODES: Final = {"zh": "zh-cn"}
"""What SurveyJS calls the languages of the pages."""


@dataclass(frozen=True, slots=True)
class Report:
    """What answers to a survey say (调查结果).

    ``hidden``: the survey is anonymous and so few have answered that figures could tell who said
    what; everything else is empty then. ``before`` is the period before, None of everything.
    """

    period: Period
    scores: Scores
    before: Scores | None
    change: Change | None
    weeks: tuple[Week, ...]
    trends: Mapping[str, Trend | None]
    results: tuple[Result, ...]
    drivers: Mapping[str, Drivers]
    words: tuple[Word, ...]
    tone: Tone
    attributes: tuple[str, ...]
    groups: tuple[Group, ...]
    open: int
    waiting: int
    hidden: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)


def report(
    session: Session,
    survey: Survey,
    *,
    language: str,
    now: datetime,
    weeks: int | None = None,
    attribute: str | None = None,
) -> Report | None:
    """Return the report of a survey; None of one that was never published.

    Of an anonymous survey there are only figures of all time: those of two periods that overlap
    would tell what the few in between said. Weeks with fewer than five answers are left out.

    :param language: of titles and choices: ``en``, ``zh``, or a code of SurveyJS.
    :param weeks: of the last so many weeks; None: of all time.
    :param attribute: by which answers are grouped; None: the first that is there.
    """
    version = version_now(session, survey) if survey.current_number else None
    if version is None:
        return None
    language = _CODES.get(language, language)
    anonymous = survey.identity == "anonymous"
    period = EVERYTHING if anonymous else last_weeks(session, weeks, now=now)
    scores = totals(session, survey.id, period)
    if anonymous and scores.counts["finished"] < LEAST:
        return _hidden(session, survey.id, period)
    earlier = period.before
    before = totals(session, survey.id, earlier) if earlier else None
    by_week = weekly(session, survey.id, period)
    if anonymous:
        by_week = [one for one in by_week if one.scores.counts["finished"] >= LEAST]
    asked = published(session, version.id)
    known = attributes_of(session, survey.id)
    chosen = attribute if attribute in known else next(iter(known), None)
    told = results(session, survey.id, asked.questionnaire, period, language=language)
    return Report(
        period=period,
        scores=scores,
        before=before,
        change=change(before, scores) if before else None,
        weeks=tuple(by_week),
        trends=trends(by_week),
        results=tuple(told),
        drivers=drivers_of(session, survey.id, version, period),
        words=tuple(words(session, survey.id, period, LEAST if anonymous else 2)),
        tone=tone(session, survey.id, period),
        attributes=tuple(known),
        groups=tuple(groups(session, survey.id, chosen, period)) if chosen else (),
        open=still_open(session, survey.id),
        waiting=waiting(session, survey.id),
        titles=_titles(asked, told, language),
    )


def _hidden(session: Session, survey_id: UUID, period: Period) -> Report:
    nothing = totals(session, UUID(int=0), period)
    return Report(
        period=period, scores=nothing, before=None, change=None, weeks=(), trends=trends([]),
        results=(), drivers={}, words=(), tone=Tone(0, 0, 0, 0), attributes=(), groups=(),
        open=still_open(session, survey_id), waiting=waiting(session, survey_id), hidden=True,
    )  # fmt: skip


def _titles(asked: Published, told: list[Result], language: str) -> dict[str, str]:
    """Return what questions, and rows of matrices, are called where they stand in drivers."""
    found = {one.name: one.title for one in told}
    whole = asked.questionnaire
    for question in whole.questions:
        for row in question.rows:
            text = said(row.text, language, whole.language) or as_text(row.value)
            name = question.name + BESIDE + as_text(row.value)
            found[name] = f"{found.get(question.name, question.name)}: {text}"
    return found
