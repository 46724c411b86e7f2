"""One finding of mining, before anybody has looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanxi_scoring.life.contract import Sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """See the columns of :class:`~guanxi_scoring.models.Insight`."""

    kind: str
    key: str
    subject: Mapping[str, Any]
    statement: Sentence
    evidence: Mapping[str, Any]
    strength: float
