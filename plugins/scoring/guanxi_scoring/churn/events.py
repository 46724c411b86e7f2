"""Events of lapse, for webhooks and other plugins."""

from dataclasses import dataclass
from typing import ClassVar

from guanxi.sdk import Event


@dataclass(frozen=True, kw_only=True)
class RhythmBroken(Event):
    """A customer has been away for longer than nearly all of their own gaps; once per break."""

    kind: ClassVar[str] = "scoring.RhythmBroken"

    last_on: str
    """The day on which they came last, ISO 8601, in the company's time zone."""
    days: int
    """How many days ago that was."""


EVENTS = (RhythmBroken,)
