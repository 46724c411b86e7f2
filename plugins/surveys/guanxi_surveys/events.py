"""Events of surveys, for webhooks, other plugins, and our own readers."""

from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from guanxi.sdk import Event


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(Event):
    """A named answer was finished (答卷已提交). There is none of anonymous answers.

    :param survey: its key.
    :param about_id: the touchpoint that it is about.
    :param nps: 0 to 10; ``csat`` and ``ces`` 0 to 1, ``gap`` -1 to 1; None: not measured.
    """

    kind: ClassVar[str] = "surveys.SurveyAnswered"

    survey: str
    answer_id: UUID
    about_id: UUID | None
    channel: str
    nps: int | None
    csat: float | None
    ces: float | None
    gap: float | None


EVENTS: Final[tuple[type[Event], ...]] = (SurveyAnswered,)
