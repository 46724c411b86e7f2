"""How many members a programme has and what they hold together, within sight of whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_loyalty.models import Account, Lot, Standing, Unit


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What members hold of a unit: spendable or owed (``balance``), on open holds, and pending."""

    unit: Unit
    balance: int
    held: int
    pending: int = 0


def member_counts(session: Session) -> Mapping[UUID, int]:
    """Return how many members each programme has, by its id."""
    found = (
        select(Standing.programme_id, func.count())
        .where(customers.in_sight(session, Standing.customer_id))
        .group_by(Standing.programme_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def outstanding(session: Session) -> Mapping[UUID, list[Outstanding]]:
    """Return what members hold by programme, unit by unit (未兑付积分)."""
    own = and_(
        Account.unit_id == Unit.id,
        Account.purpose == "member",
        customers.in_sight(session, Account.customer_id),
    )
    sums = func.coalesce(func.sum(Account.balance), 0), func.coalesce(func.sum(Account.held), 0)
    rows = session.execute(
        select(Unit, *sums)
        .outerjoin(Account, own)
        .group_by(Unit.id)
        .order_by(Unit.kind.desc(), Unit.key)
    )
    waiting = _pending(session)
    found: dict[UUID, list[Outstanding]] = {}
    for unit, balance, held in rows:
        one = Outstanding(unit, int(balance), int(held), waiting.get(unit.id, 0))
        found.setdefault(unit.programme_id, []).append(one)
    return found


def _pending(session: Session) -> Mapping[UUID, int]:
    """Return what waits to become spendable (待生效), by unit."""
    found = (
        select(Account.unit_id, func.sum(Lot.remaining))
        .join(Account, Account.id == Lot.account_id)
        .where(Lot.remaining > 0, Lot.active.is_(False), Account.purpose == "member")
        .where(customers.in_sight(session, Account.customer_id))
        .group_by(Account.unit_id)
    )
    return {row[0]: int(row[1]) for row in session.execute(found)}
