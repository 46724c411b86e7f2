"""Events of membership, for webhooks, other plugins, and our own readers."""

from dataclasses import dataclass
from typing import ClassVar

from guanxi.sdk import Event


@dataclass(frozen=True, kw_only=True)
class SegmentEntered(Event):
    """A customer is in a segment from now on; ``cause`` as in ``models.Membership``."""

    kind: ClassVar[str] = "segmentation.SegmentEntered"

    segment: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class SegmentLeft(Event):
    """A customer is not in a segment any more; ``cause`` as in ``models.Membership``."""

    kind: ClassVar[str] = "segmentation.SegmentLeft"

    segment: str
    cause: str
