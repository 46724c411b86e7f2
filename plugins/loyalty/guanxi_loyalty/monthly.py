"""What members earned and redeemed since an instant, and what runs out soon, in one unit.

Only what members within sight have counts. Ids of transactions grow with time, so the latest
are found without reading those before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_loyalty.models import Account, Lot, Transaction

SPENT: Final = ("redeem", "capture")
_MARGIN: Final = timedelta(days=1)
"""Clocks of several servers may differ a little."""
_RANDOM_BITS: Final = 80
_LAST_48_BITS: Final = 2**48 - 1


@dataclass(frozen=True, slots=True)
class Movement:
    """Units earned and redeemed (获得, 兑换)."""

    earned: int
    redeemed: int


def movement(session: Session, unit_id: UUID, since: datetime) -> Movement:
    """Return what was earned, and what was redeemed, since an instant; what came back too."""
    kind = Transaction.kind
    found = (
        select(
            func.coalesce(func.sum(Transaction.amount).filter(kind == "earn"), 0),
            func.coalesce(func.sum(Transaction.amount).filter(kind.in_(SPENT)), 0),
        )
        .join(Account, Account.id == Transaction.account_id)
        .where(
            Transaction.unit_id == unit_id,
            Transaction.id >= first_id(since - _MARGIN),
            Transaction.effective_at >= since,
            customers.in_sight(session, Account.customer_id),
        )
    )
    row = session.execute(found).one()
    return Movement(int(row[0]), int(row[1]))


def running_out(session: Session, unit_id: UUID, now: datetime, until: datetime) -> int:
    """Return how many units run out between two instants if nobody spends them (即将过期)."""
    found = (
        select(func.coalesce(func.sum(Lot.remaining), 0))
        .join(Account, Account.id == Lot.account_id)
        .where(
            Account.unit_id == unit_id,
            Account.purpose == "member",
            Account.next_due_at <= until,
            Lot.remaining > 0,
            Lot.activates_at <= now,
            Lot.expires_at > now,
            Lot.expires_at <= until,
            customers.in_sight(session, Account.customer_id),
        )
    )
    return int(session.execute(found).scalar_one())


def first_id(at: datetime) -> UUID:
    """Return the smallest id of an instant (UUIDv7: milliseconds first)."""
    return UUID(int=(int(at.timestamp() * 1000) & _LAST_48_BITS) << _RANDOM_BITS)
