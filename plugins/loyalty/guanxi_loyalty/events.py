"""Events of loyalty, for webhooks, other plugins, and our own readers."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from guanxi.sdk import Event


@dataclass(frozen=True, kw_only=True)
class TierChanged(Event):
    """A member is in another tier (等级变更); ``cause`` as in ``models.tiers.CAUSES``."""

    kind: ClassVar[str] = "loyalty.TierChanged"

    programme: str
    before: str | None
    after: str
    cause: str
    at: datetime
