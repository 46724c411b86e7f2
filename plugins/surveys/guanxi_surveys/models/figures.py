"""Counts of answers, so that a page of results reads a few thousand rows, not a million answers.

``figures.counting`` adds answers to them in batches; ``guanxi survey recount`` makes them anew.
Weeks begin on Monday, in the company's zone. Nothing here leads to a person, but ``Comment``.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from guanxi_surveys.models.answers import Answer
from guanxi_surveys.models.base import Base
from guanxi_surveys.models.surveys import Survey


class Scored:
    """Counts of one group's scores: how many, sums, sums of squares; of NPS how often each."""

    nps: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """How often each of 0 to 10 was answered: eleven numbers."""
    csat_n: Mapped[int] = mapped_column(Integer)
    csat: Mapped[float]
    csat_squares: Mapped[float]
    ces_n: Mapped[int] = mapped_column(Integer)
    ces: Mapped[float]
    ces_squares: Mapped[float]
    gap_n: Mapped[int] = mapped_column(Integer)
    gap: Mapped[float]
    gap_squares: Mapped[float]
    good: Mapped[int] = mapped_column(Integer)
    """How many were satisfied with all that they were asked for CSAT."""
    easy: Mapped[int] = mapped_column(Integer)
    """Likewise of CES."""


class DayCount(Scored, Base):
    """How many answers ended on a day, and how: by version, channel and language."""

    __tablename__ = "surveys_day_counts"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    finished: Mapped[int] = mapped_column(Integer)
    screened_out: Mapped[int] = mapped_column(Integer)
    quota_full: Mapped[int] = mapped_column(Integer)
    expired: Mapped[int] = mapped_column(Integer)
    seconds_n: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[float]
    """How long answering took, of those where that is known, cut at an hour each."""


class GroupCount(Scored, Base):
    """Scores by what customers were when they answered (按作答时的客户属性)."""

    __tablename__ = "surveys_group_counts"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id), primary_key=True)
    attribute: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    """The attribute's value, as text; empty: it had none."""
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(Integer)


class ChoiceCount(Base):
    """How often a value was the answer; of numbers, under an empty value, their sums.

    ``attribute`` and ``label`` are empty for everybody, else of a group as in ``GroupCount``.
    """

    __tablename__ = "surveys_choice_counts"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id), primary_key=True)
    attribute: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    """The row of a matrix, with its column after U+001F where each row has several; else empty."""
    value: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    total: Mapped[float]
    """The sum of the numbers; of a ranking the sum of the places, from 1."""
    squares: Mapped[float]


class SeenCount(Base):
    """How often a question was put, answered, and was the last thing somebody saw (流失)."""

    __tablename__ = "surveys_seen_counts"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    seen: Mapped[int] = mapped_column(Integer)
    answered: Mapped[int] = mapped_column(Integer)
    left: Mapped[int] = mapped_column(Integer)


class PairCount(Base):
    """Two questions with numbers answered by the same people: what a correlation is made of.

    ``=nps``, ``=csat`` and ``=ces`` stand for the scores. ``one`` sorts before ``two``.
    """

    __tablename__ = "surveys_pair_counts"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id), primary_key=True)
    one: Mapped[str] = mapped_column(primary_key=True)
    two: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    ones: Mapped[float]
    twos: Mapped[float]
    one_squares: Mapped[float]
    two_squares: Mapped[float]
    products: Mapped[float]


class Comment(Base):
    """Something that was written in words; the words themselves stay in the answer."""

    __tablename__ = "surveys_comments"
    __table_args__ = (
        Index("ix_surveys_comments_survey", "survey_id", text("week DESC"), "answer_id"),
        Index("ix_surveys_comments_unread", "answer_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_surveys_comments_words", "words", postgresql_using="gin"),
    )

    answer_id: Mapped[UUID] = mapped_column(ForeignKey(Answer.id), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id))
    week: Mapped[date] = mapped_column(Date)
    score: Mapped[float | None]
    """0 (worst) to 1 (best): the answer's NPS as a share of ten, else its CSAT, else its CES."""
    language: Mapped[str | None]
    """``zh`` or ``en``, as its letters tell; None until it is read, empty where neither fits."""
    sentiment: Mapped[float | None]
    """-1 (bad) to 1 (good), as the library's model says."""
    words: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """The words that say what it is about, each once."""
    read_at: Mapped[datetime | None]


class WordCount(Base):
    """In how many comments a word stands, and how satisfied those are who wrote it."""

    __tablename__ = "surveys_word_counts"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    scored: Mapped[int] = mapped_column(Integer)
    scores: Mapped[float]
    sentiment_n: Mapped[int] = mapped_column(Integer)
    sentiment: Mapped[float]


def empty_scores() -> dict[str, Any]:
    """Return the columns of :class:`Scored` with nothing in them."""
    sums = {
        name: 0
        for kind in ("csat", "ces", "gap")
        for name in (f"{kind}_n", kind, f"{kind}_squares")
    }
    return {"nps": [0] * 11, **sums, "good": 0, "easy": 0}
