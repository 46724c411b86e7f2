"""From when to when figures are: whole weeks that end with the current one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from guanxi_surveys.company import company
from guanxi_surveys.figures.tallying import week_of

WEEKS: Final = (4, 13, 26, 52)
"""What is offered, beside everything."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``since`` (a Monday; None: from the first answer) to before ``until``."""

    since: date | None = None
    until: date | None = None

    @property
    def before(self) -> "Period | None":
        """Return the period as long as this that ends where it begins; None of everything."""
        if self.since is None or self.until is None:
            return None
        return Period(self.since - (self.until - self.since), self.since)


EVERYTHING: Final = Period()


def last_weeks(session: Session, weeks: int | None, *, now: datetime) -> Period:
    """Return the last so many weeks, the current one among them; None: everything."""
    if weeks is None:
        return EVERYTHING
    monday = week_of(company(session).day(now))
    return Period(monday - timedelta(weeks=weeks - 1), monday + timedelta(weeks=1))
