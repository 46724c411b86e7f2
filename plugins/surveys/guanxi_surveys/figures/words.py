"""Words of comments: which come often, and which come with high or low scores (词频分析)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi_surveys.figures.periods import Period
from guanxi_surveys.figures.questions import within
from guanxi_surveys.models import Comment, WordCount

MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in how many comments it stands, and the mean score and sentiment of those.

    ``score`` is 0 (worst) to 1, ``sentiment`` -1 to 1; None where nobody can tell.
    """

    word: str
    language: str
    n: int
    score: float | None
    sentiment: float | None


@dataclass(frozen=True, slots=True)
class Tone:
    """How comments sound: how many were read, how many are good, bad, neither."""

    n: int
    good: int
    bad: int
    neither: int


GOOD: Final = 0.2
"""From so much sentiment on a comment counts as good, below minus as much as bad."""


def words(session: Session, survey_id: UUID, period: Period, least: int = 1) -> list[Word]:
    """Return the most frequent words, those in fewer than ``least`` comments left out."""
    one = WordCount
    n = func.sum(one.n)
    query = (
        select(one.word, one.language, n, func.sum(one.scored), func.sum(one.scores),
               func.sum(one.sentiment_n), func.sum(one.sentiment))
        .where(one.survey_id == survey_id)
        .group_by(one.word, one.language)
        .having(n >= max(1, least))
        .order_by(n.desc(), one.word)
        .limit(MOST)
    )  # fmt: skip
    rows = session.execute(within(query, one.week, period))
    return [
        Word(word, language, count, _mean(scores, scored), _mean(sentiment, sentiments))
        for word, language, count, scored, scores, sentiments, sentiment in rows
    ]


def tone(session: Session, survey_id: UUID, period: Period) -> Tone:
    """Return how the comments of a period sound."""
    one = Comment
    query = select(
        func.count(),
        func.count().filter(one.sentiment >= GOOD),
        func.count().filter(one.sentiment <= -GOOD),
    ).where(one.survey_id == survey_id, one.read_at.is_not(None))
    n, good, bad = session.execute(within(query, one.week, period)).one()
    return Tone(n, good, bad, n - good - bad)


def _mean(total: float, n: int) -> float | None:
    return total / n if n else None
