"""What waits for a second person, and what was asked for one member."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_loyalty.models import AdjustmentRequest

MOST = 200


def waiting(session: Session) -> Sequence[AdjustmentRequest]:
    """Return what waits for members within sight, the oldest first."""
    wanted = select(AdjustmentRequest).where(
        AdjustmentRequest.state == "waiting",
        customers.in_sight(session, AdjustmentRequest.customer_id),
    )
    ordered = wanted.order_by(AdjustmentRequest.asked_at, AdjustmentRequest.id)
    return session.scalars(ordered.limit(MOST)).all()


def count_waiting(session: Session) -> int:
    """Return how many wait for members within sight."""
    wanted = select(func.count()).where(
        AdjustmentRequest.state == "waiting",
        customers.in_sight(session, AdjustmentRequest.customer_id),
    )
    return session.scalar(wanted) or 0


def requests_of(
    session: Session, customer_id: UUID, *, limit: int = 20
) -> Sequence[AdjustmentRequest]:
    """Return what was asked for a member, the latest first."""
    wanted = select(AdjustmentRequest).where(AdjustmentRequest.customer_id == customer_id)
    ordered = wanted.order_by(AdjustmentRequest.asked_at.desc(), AdjustmentRequest.id.desc())
    return session.scalars(ordered.limit(limit)).all()
