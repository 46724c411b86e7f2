"""Answers: who filled in which version, where they are, and what they said."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId, Touchpoint
from guanxi_surveys.models.base import Base
from guanxi_surveys.models.surveys import Survey, Version

STATES: Final = ("begun", "finished", "screened_out", "quota_full", "expired")
CHANNELS: Final = ("email", "personal", "public", "qr", "embed", "event", "staff", "import")


class Answer(Base):
    """One person's answer to a survey (答卷).

    ``state``: ``begun`` (can be resumed), ``finished`` (never changes again; corrections are
    amendments), ``screened_out`` and ``quota_full`` (the questionnaire or a quota ended it),
    ``expired`` (not resumed in time). Only ``finished`` ones that are no ``trial`` count.

    Of an anonymous survey ``customer_id``, ``about_id``, ``staff_id``, ``attributes`` and
    ``submission`` of finished ones are empty, ids are random, and times are the day's start.
    """

    __tablename__ = "surveys_answers"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished_at"),
        Index("uq_surveys_answers_submission", "submission", unique=True),
        Index("ix_surveys_answers_survey", "survey_id", text("finished_at DESC"), "id"),
        Index("ix_surveys_answers_customer", "customer_id", text("finished_at DESC")),
        Index(
            "ix_surveys_answers_uncounted",
            "id",
            postgresql_where=text("NOT counted AND state <> 'begun'"),
        ),
        Index("ix_surveys_answers_begun", "begun_at", postgresql_where=text("state = 'begun'")),
    )

    id: Mapped[PrimaryId]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey(Survey.id))
    version_id: Mapped[UUID] = mapped_column(ForeignKey(Version.id))
    submission: Mapped[UUID | None]
    """Made by who answers, before the first thing is sent; a repeat gives the first outcome."""
    state: Mapped[str]
    trial: Mapped[bool] = mapped_column(server_default=text("false"))
    """A test run, which counts nowhere."""
    language: Mapped[str]
    """SurveyJS's code of the language it was answered in."""
    channel: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    invitation_id: Mapped[UUID | None]
    """The invitation by which it came (``surveys_invitations``)."""
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey(Touchpoint.id))
    """The touchpoint that it is about, such as the purchase (接触点感受)."""
    staff_id: Mapped[UUID | None]
    """Who asked, in an interview (面谈), or whose work it is about."""
    method: Mapped[str | None]
    """How staff asked: the key of a touchpoint's channel, such as ``meeting`` or ``phone``."""
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What the customer was when answering: keys of the attribute catalogue to values."""
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Names of questions to answers as SurveyJS has them; of a finished one only the path's."""
    page: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Where to go on."""
    seen: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Names of the questions that were put to the person, for drop-off and non-response."""
    nps: Mapped[int | None] = mapped_column(SmallInteger)
    """0 to 10: the answer to the question that measures it."""
    csat: Mapped[float | None]
    """0 to 1: the mean of the questions that measure it, each as a share of its scale."""
    ces: Mapped[float | None]
    """0 (hard) to 1 (easy), likewise."""
    gap: Mapped[float | None]
    """Experienced less expected (期望差距), as shares of the scale, -1 to 1."""
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counted: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether the figures hold it."""
