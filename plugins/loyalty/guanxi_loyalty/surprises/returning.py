"""A surprise whose reward went back: its cost is free again in the month it came from, once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from guanxi_loyalty.models import Surprise
from guanxi_loyalty.surprises.budgets import give_back


def taken_back(session: Session, issue_id: UUID, *, now: datetime) -> bool:
    """Note that the reward of a surprise went back; False if it was no surprise, or noted."""
    row = session.execute(
        update(Surprise)
        .where(Surprise.issue_id == issue_id, Surprise.state == "given")
        .values(state="taken_back", taken_back_at=now)
        .returning(Surprise.programme_id, Surprise.staff_id, Surprise.month, Surprise.cost)
    ).one_or_none()
    if row is None:
        return False
    give_back(session, row.programme_id, row.staff_id, row.month, row.cost)
    return True
