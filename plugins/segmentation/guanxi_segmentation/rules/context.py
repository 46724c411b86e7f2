"""What rules are read against: the catalogue, the company's currency, its time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, attributes_of
from guanxi_segmentation.company import company


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
        found = company(session)
        return cls(attributes_of(session), found.currency, ZoneInfo(found.zone))
