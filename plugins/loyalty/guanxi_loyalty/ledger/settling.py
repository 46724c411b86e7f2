"""What happens to an account by time alone: units become spendable, run out, holds run out.

Each takes effect as of its very instant, in the order of the instants (at one and the same: what
begins, what comes back, what runs out), whenever it is worked out:
before each command on the account, and by a job for accounts that nobody touches. So a balance
never depends on when the job ran, and running it twice changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.lots import LotState, unspent
from guanxi_loyalty.ledger.posting import Ask, Posting, write
from guanxi_loyalty.ledger.restoring import rehome, repay, restore
from guanxi_loyalty.ledger.units import UnitFacts
from guanxi_loyalty.moments import idle_at
from guanxi_loyalty.tiers.standing import look_again

_HOLDS = text(
    """
    SELECT id, amount, expires_at FROM loyalty_holds
    WHERE account_id = :account AND state = 'open' ORDER BY expires_at, id
    """
)
_HOLD_OVER = text("UPDATE loyalty_holds SET state = 'expired' WHERE id = :id")


def settle(
    session: Session,
    unit: UnitFacts,
    account: AccountState,
    upto: datetime,
    *,
    since: datetime | None = None,
) -> None:
    """Let everything happen to a locked account that is due at or before ``upto``.

    :param since: nothing counts from before it: when units that ran out long ago were put back.
    """
    if account.next_due_at is None or account.next_due_at > upto:
        return
    begun, account.lots = False, None
    while True:
        lots, holds = unspent(session, account.id), _holds(session, account)
        instant = _next(unit, account, lots, holds)
        if instant is None or instant > upto:
            account.next_due_at = instant
            _note_due(session, account)
            if begun and unit.kind == "qualifying":
                look_again(session, unit.programme_id, account.customer_id, at=upto)
            return
        since = instant if since is None else max(instant, since)
        starting = [lot for lot in lots if not lot.active and lot.activates_at <= instant]
        over = [hold for hold in holds if hold.expires_at <= instant]
        if starting:
            begun = True
            write(session, [_activate(unit, account, starting, lots, since)])
        elif over:
            _give_back(session, unit, account, over, since)
        else:
            ended = _ended(unit, account, lots, instant)
            write(session, [_expire(unit, account, ended, since)])


def end_holds(session: Session, unit: UnitFacts, account: AccountState, now: datetime) -> None:
    """Give back all that lies on open holds of a locked account, though their time is not over."""
    _give_back(session, unit, account, _holds(session, account), now)


def _next(
    unit: UnitFacts, account: AccountState, lots: list[LotState], holds: list[Any]
) -> datetime | None:
    instants = [hold.expires_at for hold in holds]
    instants += [lot.expires_at for lot in lots if lot.active and lot.expires_at is not None]
    instants += [lot.activates_at for lot in lots if not lot.active]
    idle = _idle(unit, account) if any(lot.active for lot in lots) else None
    return min([*instants, *([] if idle is None else [idle])], default=None)


def _idle(unit: UnitFacts, account: AccountState) -> datetime | None:
    if account.active_at is None:
        return None
    return idle_at(unit.policies.expiry, account.active_at, unit.zone)


def _ended(
    unit: UnitFacts, account: AccountState, lots: list[LotState], instant: datetime
) -> list[LotState]:
    idle = _idle(unit, account)
    return [
        lot
        for lot in lots
        if lot.active
        and (
            (lot.expires_at is not None and lot.expires_at <= instant)
            or (idle is not None and idle <= instant)
        )
    ]


def _activate(
    unit: UnitFacts,
    account: AccountState,
    lots: list[LotState],
    every: list[LotState],
    at: datetime,
) -> Posting:
    """Let ``lots`` begin; the first of ``every`` active one pays what is owed."""
    posting = _posting(unit, account, "activate", sum(lot.remaining for lot in lots), at)
    posting.move(posting.amount, out_of="pending", into=account)
    for lot in lots:
        lot.active = True
        posting.activated.append(lot.id)
    posting.pay_debt(account, every)
    posting.close()
    return posting


def _expire(unit: UnitFacts, account: AccountState, lots: list[LotState], at: datetime) -> Posting:
    posting = _posting(unit, account, "expire", sum(lot.remaining for lot in lots), at)
    posting.move(posting.amount, out_of=account, into="breakage")
    for lot in lots:
        posting.take(lot, lot.remaining)
    posting.close()
    return posting


def _give_back(
    session: Session, unit: UnitFacts, account: AccountState, holds: list[Any], at: datetime
) -> None:
    for hold in holds:
        posting = _posting(unit, account, "release", hold.amount, at)
        posting.reverses_id = hold.id
        posting.move(hold.amount, out_of="held", into=account)
        account.held -= hold.amount
        lots = restore(session, posting, account, hold.id, hold.amount)
        posting.close()
        write(session, [posting])
        rehome(session, posting.ask, account, lots)
        repay(session, posting.ask, account)
        session.execute(_HOLD_OVER, {"id": hold.id})


def _posting(
    unit: UnitFacts, account: AccountState, kind: str, amount: int, at: datetime
) -> Posting:
    ask = Ask(unit=unit, key="", now=at, source="time")
    posting = Posting(ask, kind, account, amount)
    posting.ask = Ask(unit=unit, key=f"{kind}:{posting.id}", now=at, source="time")
    return posting


def _holds(session: Session, account: AccountState) -> list[Any]:
    if not account.held:
        return []
    return list(session.execute(_HOLDS, {"account": account.id}).all())


_DUE = text("UPDATE loyalty_accounts SET next_due_at = :due WHERE id = :id")


def _note_due(session: Session, account: AccountState) -> None:
    session.execute(_DUE, {"due": account.next_due_at, "id": account.id})


def lock_due(session: Session, unit_id: UUID, upto: datetime, limit: int) -> list[UUID]:
    """Lock accounts of a unit to which something is due, those that wait longest; return them.

    None where the programme is paused or read-only.
    """
    values = {"unit": unit_id, "upto": upto, "limit": limit}
    return list(session.execute(_LOCK_DUE, values).scalars())


def still_due(session: Session, accounts: Sequence[UUID], upto: datetime) -> list[UUID]:
    """Return the members of ``accounts`` to whom something is due."""
    values = {"accounts": list(accounts), "upto": upto}
    return list(session.execute(_STILL_DUE, values).scalars())


_LOCK_DUE = text(
    """
    SELECT id FROM loyalty_accounts WHERE id = ANY(ARRAY(
        SELECT a.id FROM loyalty_accounts a
        WHERE a.unit_id = :unit AND a.next_due_at <= :upto
          AND (SELECT p.state FROM loyalty_programmes p JOIN loyalty_units u
            ON u.programme_id = p.id WHERE u.id = :unit) = 'active'
        ORDER BY a.next_due_at LIMIT :limit))
    ORDER BY id FOR UPDATE
    """
)
_STILL_DUE = text(
    """
    SELECT customer_id FROM loyalty_accounts
    WHERE id = ANY(:accounts) AND next_due_at <= :upto ORDER BY id
    """
)
