"""What all figures stand on: the company's time zone, and the plugin's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from guanxi.sdk import settings_of

PLUGIN: Final = "surveys"


@dataclass(frozen=True, slots=True)
class Company:
    """The IANA zone, and the settings in force."""

    zone: str
    settings: Mapping[str, Any]

    def day(self, at: datetime) -> date:
        """Return the day that it is for the company at an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()


def company(session: Session) -> Company:
    """Return the company as its settings say now."""
    core, own = settings_of(session, "core"), settings_of(session, PLUGIN)
    return Company(own["time_zone"] or core["time_zone"], own)
