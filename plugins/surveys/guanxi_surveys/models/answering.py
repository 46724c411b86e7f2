"""What stands beside answers: corrections of finished ones, uploads, and used submission ids."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import PrimaryId
from guanxi_surveys.models.answers import Answer
from guanxi_surveys.models.base import Base
from guanxi_surveys.models.surveys import Survey


class Amendment(Base):
    """A correction of a finished answer (更正); the answer itself stays as it was given.

    The latest one holds what counts now.
    """

    __tablename__ = "surveys_amendments"
    __table_args__ = (Index("ix_surveys_amendments_answer", "answer_id", "at", "id"),)

    id: Mapped[PrimaryId]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey(Answer.id))
    at: Mapped[datetime]
    actor: Mapped[str]
    reason: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """All values as they counted until then."""
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """All values as they count from then on."""
    measured: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """``nps``, ``csat``, ``ces`` and ``gap`` of ``after``; see :class:`Answer`."""


class Spent(Base):
    """A submission, or an invitation, that was used up in an anonymous survey.

    Nothing leads from here to an answer: it is there so that nobody answers twice.
    """

    __tablename__ = "surveys_spent"

    mark: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    """SHA-256 of what was used."""
    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id))
    on: Mapped[date]
    """The company's day."""


class Upload(Base):
    """A file that somebody answered with. Of an anonymous survey ``at`` is the day's start."""

    __tablename__ = "surveys_uploads"
    __table_args__ = (Index("ix_surveys_uploads_answer", "answer_id"),)

    id: Mapped[PrimaryId]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey(Answer.id))
    question: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    """Its media type, as its bytes tell it."""
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(BYTEA)
    at: Mapped[datetime]
