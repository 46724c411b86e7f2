"""Work in the background of earning and tiers: birthdays, and tiers that end by time alone."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_loyalty.earning import days
from guanxi_loyalty.models import Programme
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.standing import sweep

AT_ONCE: Final = 2000


def celebrate(session: Session, now: datetime) -> dict[str, Any]:
    """Let members earn for birthdays and anniversaries."""
    return {"members": days.celebrate(session, now=now)}


def sweep_tiers(session: Session, now: datetime) -> dict[str, Any]:
    """Look at members whose tier time alone may have changed; the next run goes on."""
    done = 0
    for programme in session.scalars(select(Programme).order_by(Programme.key)).all():
        book = tiers_of(session, programme)
        if book is not None:
            done += sweep(session, book, now=now, limit=AT_ONCE)
    return {"members": done}


JOBS: Final = (
    Job("celebrate", Text("Birthdays and anniversaries", "生日与周年"), celebrate, "7 * * * *"),
    Job("tiers", Text("Tiers that end by time", "等级到期"), sweep_tiers, "* * * * *"),
)
