"""The classes of risk appetite (风险偏好), from the most careful to the boldest."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from guanxi.sdk import Text

CLASSES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "conservative": Text("Conservative", "保守型"),
        "steady": Text("Steady", "稳健型"),
        "balanced": Text("Balanced", "平衡型"),
        "growth": Text("Growth", "成长型"),
        "aggressive": Text("Aggressive", "进取型"),
    }
)
