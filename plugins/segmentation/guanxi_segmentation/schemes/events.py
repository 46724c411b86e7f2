"""The event of a customer who changed class, for webhooks and other plugins."""

from dataclasses import dataclass
from typing import ClassVar

from guanxi.sdk import Event


@dataclass(frozen=True, kw_only=True)
class ClassChanged(Event):
    """A customer went from one class of a scheme to another; ``cause`` as in ``ClassStay``."""

    kind: ClassVar[str] = "segmentation.ClassChanged"

    scheme: str
    before: str
    after: str
    cause: str
