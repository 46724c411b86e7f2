"""Times of anonymous answers are cut to the start of the company's day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from guanxi_surveys.company import company


def start_of_day(session: Session, at: datetime) -> datetime:
    """Return when the company's day began in which ``at`` lies, in UTC."""
    zone = ZoneInfo(company(session).zone)
    local = at.astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
