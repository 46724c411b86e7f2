"""Which lots units are taken from: those that run out soonest, first (先到期先使用, FEFO)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import send

_COLUMNS = (
    "id, account_id, origin_id, amount, remaining, active, earned_at, activates_at, expires_at"
)
FEW = 50
"""How many lots are read at first; nearly every spend is made up of fewer."""
_OPEN = f"""
    SELECT {_COLUMNS} FROM loyalty_lots
    WHERE account_id = %s AND remaining > 0 AND active
    ORDER BY expires_at, earned_at, id
    """  # noqa: S608 -- column names of ours
_FIRST_OPEN = f"{_OPEN} LIMIT {FEW}"
_ALL_OPEN = f"""
    SELECT {_COLUMNS} FROM loyalty_lots WHERE account_id = %s AND remaining > 0
    ORDER BY expires_at, earned_at, id
    """  # noqa: S608
_OF_ROOT = f"""
    SELECT {_COLUMNS}, taken FROM (
        SELECT lot_id, sum(amount)::bigint AS taken FROM loyalty_allocations
        WHERE root_id = %s GROUP BY lot_id
    ) net JOIN loyalty_lots lot ON lot.id = net.lot_id
    WHERE taken > 0 ORDER BY expires_at DESC, earned_at DESC, id DESC
    """  # noqa: S608


@dataclass(slots=True)
class LotState:
    """A lot of a locked account."""

    id: UUID
    account_id: UUID
    origin_id: UUID
    amount: int
    remaining: int
    active: bool
    earned_at: datetime
    activates_at: datetime
    expires_at: datetime | None


def spendable(
    session: Session, account_id: UUID, amount: int, *, known: list[LotState] | None = None
) -> list[LotState]:
    """Return as many lots of a settled account as it takes to spend ``amount``, in order.

    Soonest to run out first, then earliest earned; what never runs out comes last.

    :param known: the first :data:`FEW` of them, where they were read under the lock.
    """
    lots = known
    if lots is None:
        lots = [LotState(*row) for row in send(session, _FIRST_OPEN, (account_id,))]
    if len(lots) == FEW and sum(lot.remaining for lot in lots) < amount:
        lots = [LotState(*row) for row in send(session, _OPEN, (account_id,))]
    return lots


def unspent(session: Session, account_id: UUID) -> list[LotState]:
    """Return all lots of an account that have something left, pending ones too."""
    return [LotState(*row) for row in send(session, _ALL_OPEN, (account_id,))]


def taken_by(session: Session, root_id: UUID) -> list[tuple[LotState, int]]:
    """Return what a transaction still holds of each lot, the last taken first."""
    return [(LotState(*row[:-1]), row[-1]) for row in send(session, _OF_ROOT, (root_id,))]


def split(lots: Iterable[LotState], amount: int) -> list[tuple[LotState, int]]:
    """Return how much of each lot makes up ``amount``, in the order given."""
    parts = []
    for lot in lots:
        if not amount:
            break
        part = min(lot.remaining, amount)
        if part:
            parts.append((lot, part))
            amount -= part
    return parts
