"""Events of scoring, for webhooks, automations and other plugins."""

from dataclasses import dataclass
from typing import ClassVar, Final

from guanxi.sdk import Event
from guanxi_scoring.churn.events import RhythmBroken
from guanxi_scoring.mining.events import InsightDecided, PreferenceDecided
from guanxi_scoring.products.events import ProductOffered


@dataclass(frozen=True, kw_only=True)
class ThresholdCrossed(Event):
    """A customer began or ceased to meet a threshold of the settings; see ``is_met``."""

    kind: ClassVar[str] = "scoring.ThresholdCrossed"

    threshold: str
    attribute: str
    is_met: bool


EVENTS: Final[tuple[type[Event], ...]] = (
    ThresholdCrossed,
    RhythmBroken,
    ProductOffered,
    InsightDecided,
    PreferenceDecided,
)
"""All that scoring tells others; a part adds its own."""
