"""What rules are read against: the catalogue, the company's currency, its time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, NotFound, attributes_of, settings_of


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of an evaluation, the same for all customers."""

    attributes: Mapping[str, Attribute]
    currency: str = "EUR"
    """Amounts in other currencies do not count, unless a condition names one."""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """Where days and other calendar units begin."""

    @classmethod
    def of(cls, session: Session) -> "Context":
        """Return the present circumstances."""
        core = settings_of(session, "core")
        zone = str(_own(session).get("time_zone") or core.get("time_zone") or "UTC")
        return cls(attributes_of(session), str(core.get("currency") or "EUR"), ZoneInfo(zone))


def _own(session: Session) -> Mapping[str, Any]:
    try:
        return settings_of(session, "segmentation")
    except NotFound:
        return {}
