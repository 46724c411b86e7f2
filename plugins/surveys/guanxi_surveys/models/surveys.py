"""Surveys, their published versions, and the questions that keep their names across versions."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import PrimaryId
from guanxi_surveys.models.base import Base

STATES: Final = ("draft", "open", "closed", "archived")
IDENTITIES: Final = ("named", "anonymous")


class Survey(Base):
    """Something that is asked (调查): its draft, how it is asked, and which version is out.

    ``state``: ``draft`` (never published), ``open``, ``closed`` (answers are read, none taken),
    ``archived``. ``identity`` cannot be changed after the first answer.
    """

    __tablename__ = "surveys_surveys"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"identity IN {IDENTITIES}", name="identity"),
        CheckConstraint("answer_limit > 0", name="answer_limit"),
    )

    id: Mapped[PrimaryId]
    key: Mapped[str] = mapped_column(unique=True)
    """What programs call it, such as ``post_purchase``; never changes."""
    title: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Language (``en``, ``zh-cn``: SurveyJS's codes) to what staff call it."""
    kit: Mapped[str | None]
    """The ready kit that it was made from."""
    state: Mapped[str] = mapped_column(server_default="draft")
    identity: Mapped[str] = mapped_column(server_default="named")
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The draft, in SurveyJS's JSON format."""
    measures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Of the draft: see :class:`Version`."""
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """How it is asked and what follows; ``life.options`` says what there is."""
    public_key: Mapped[str | None] = mapped_column(unique=True)
    """The secret part of its public link; None: only personal links open it."""
    closes_at: Mapped[datetime | None]
    """No answer is taken at or after this instant."""
    answer_limit: Mapped[int | None] = mapped_column(Integer)
    """No answer is taken once so many are finished."""
    first_answer_at: Mapped[datetime | None]
    """When the first answer, trials aside, was begun; the day's start where it is anonymous."""
    current_number: Mapped[int | None] = mapped_column(Integer)
    """The number of the version that is asked now."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Grows with each change; the ETag."""


class Version(Base):
    """A questionnaire as it was published (问卷版本); a trigger refuses any change of it.

    ``measures`` says which questions count for what: the name of a question to
    ``{"measure": "nps"|"csat"|"ces"|"expected"|"experienced"|"comment", "scale": [least, most],
    "good": [values that count as satisfied or easy], "pair": "what expected and experienced are
    about"}``. They stand beside the definition, so that this stays plain SurveyJS.
    """

    __tablename__ = "surveys_versions"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[PrimaryId]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id))
    number: Mapped[int] = mapped_column(Integer)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    measures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    languages: Mapped[list[str]] = mapped_column(JSONB)
    """SurveyJS's codes of the languages that it has texts in, the default first."""
    checksum: Mapped[str]
    """SHA-256 of definition and measures, keys in order."""
    published_at: Mapped[datetime]
    published_by: Mapped[str]


class Question(Base):
    """A question's name, which means the same in all versions of a survey and is never reused."""

    __tablename__ = "surveys_questions"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Each value that was ever offered, as text, to what it stood for when first published."""
    since: Mapped[int] = mapped_column(Integer)
    """The number of the first version that has it."""
