"""How membership fares: drift found by the last audit, what waits, what cannot be evaluated."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Health:
    """Figures for the page of health; anything but 0 in ``drift`` is an alarm."""

    drift: int | None
    audited_at: datetime | None
    overdue: int
    """Customers whose window ran out more than two minutes ago and who were not looked at."""
    waiting: int
    """Customers of whom very many changed at once, to be looked at soon."""
    building: tuple[str, ...]
    problems: tuple[str, ...]


def health(session: Session, *, now: datetime) -> Health:
    """Return how membership fares."""
    raise NotImplementedError
