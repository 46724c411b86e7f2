"""What others are told of insights and preferences."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from guanxi.sdk import Event


@dataclass(frozen=True, kw_only=True)
class InsightDecided(Event):
    """Somebody confirmed or rejected an insight (洞察)."""

    kind: ClassVar[str] = "scoring.InsightDecided"

    insight_id: UUID
    decision: str


@dataclass(frozen=True, kw_only=True)
class PreferenceDecided(Event):
    """Staff or the customer confirmed or rejected an inferred preference (偏好); read it there."""

    kind: ClassVar[str] = "scoring.PreferenceDecided"

    dimension: str
    decision: str
