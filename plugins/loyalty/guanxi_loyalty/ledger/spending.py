"""Units spent: at once, or set aside first and taken later."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, NotFound, Refused
from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.beginning import begin, checked_amount
from guanxi_loyalty.ledger.earning import be_active
from guanxi_loyalty.ledger.lots import spendable, split
from guanxi_loyalty.ledger.posting import Ask, Posting, Receipt, write
from guanxi_loyalty.ledger.restoring import rehome, repay, restore
from guanxi_loyalty.ledger.settling import settle
from guanxi_loyalty.texts import N_

_OWNER = text(
    """
    SELECT a.customer_id FROM loyalty_holds h JOIN loyalty_accounts a ON a.id = h.account_id
    WHERE h.id = :id AND a.unit_id = :unit
    """
)
_HOLD = text("SELECT account_id, amount, state FROM loyalty_holds WHERE id = :id")
_NEW_HOLD = text(
    """
    INSERT INTO loyalty_holds (id, account_id, amount, expires_at)
    VALUES (:id, :account, :amount, :expires_at)
    """
)
_END_HOLD = text("UPDATE loyalty_holds SET state = :state, captured = :captured WHERE id = :id")


def redeem(session: Session, ask: Ask, customer_id: UUID, amount: int) -> Receipt:
    """Spend ``amount`` units (兑换), those that run out soonest first.

    :raises Refused: the member has not enough to spend.
    :raises Invalid: the amount is no whole number above zero.
    :raises Conflict: the key was used for another request.
    """
    begun = begin(session, ask, "redeem", customer_id, {"amount": amount}, spends=True)
    if isinstance(begun, Receipt):
        return begun
    posting, account = begun
    spend(session, posting, account, checked_amount(amount), "redemption")
    receipt = posting.close()
    write(session, [posting])
    return receipt


def spend(
    session: Session, posting: Posting, account: AccountState, amount: int, into: str
) -> None:
    """Take ``amount`` out of the account's lots, into one of the unit's own accounts.

    :raises Refused: the member has not enough to spend.
    """
    if account.balance < amount:
        raise Refused(
            N_("There are %(balance)s to spend, and this takes %(amount)s."),
            balance=max(account.balance, 0),
            amount=amount,
        )
    posting.amount = amount
    posting.move(amount, out_of=account, into=into)
    lots = spendable(session, account.id, amount, known=account.lots)
    account.lots = None
    for lot, part in split(lots, amount):
        posting.take(lot, part)
    be_active(posting, account)


def hold(
    session: Session, ask: Ask, customer_id: UUID, amount: int, *, minutes: int | None = None
) -> Receipt:
    """Set ``amount`` units aside (预留), so that nobody else spends them meanwhile.

    The receipt's transaction is the hold's id.

    :param minutes: how long; as the programme's policy says by default.
    :raises Refused, Invalid, Conflict: as :func:`redeem`.
    """
    request = {"amount": amount, "minutes": minutes}
    begun = begin(session, ask, "hold", customer_id, request, spends=True)
    if isinstance(begun, Receipt):
        return begun
    posting, account = begun
    spend(session, posting, account, checked_amount(amount), "held")
    ends = ask.now + timedelta(minutes=minutes or posting.ask.unit.policies.hold_minutes)
    account.held += amount
    account.due_by(ends)
    receipt = posting.close()
    write(session, [posting])
    session.execute(
        _NEW_HOLD,
        {"id": posting.id, "account": account.id, "amount": amount, "expires_at": ends},
    )
    return receipt


def capture(session: Session, ask: Ask, hold_id: UUID, amount: int | None = None) -> Receipt:
    """Spend what was set aside, or a part of it; the rest goes back (部分扣减).

    :param amount: all of it by default.
    :raises NotFound: there is no such hold in this unit.
    :raises Refused: it is more than was set aside.
    :raises Conflict: the hold was captured or released, or its time is over.
    """
    begun = begin(
        session, ask, "capture", _owner(session, ask, hold_id), {"hold": hold_id, "amount": amount}
    )
    if isinstance(begun, Receipt):
        return begun
    posting, account = begun
    held = _open_hold(session, hold_id)
    taken = held if amount is None else checked_amount(amount)
    if taken > held:
        raise Refused(
            N_("Only %(held)s were set aside, and this takes %(amount)s."), held=held, amount=taken
        )
    posting.amount = taken
    posting.reverses_id = hold_id
    posting.move(taken, out_of="held", into="redemption")
    _end(session, posting, account, hold_id, held, captured=taken)
    return posting.close()


def release(session: Session, ask: Ask, hold_id: UUID) -> Receipt:
    """Give back what was set aside, to the lots it came from.

    :raises NotFound: there is no such hold in this unit.
    :raises Conflict: the hold was captured or released, or its time is over.
    """
    begun = begin(session, ask, "release", _owner(session, ask, hold_id), {"hold": hold_id})
    if isinstance(begun, Receipt):
        return begun
    posting, account = begun
    held = _open_hold(session, hold_id)
    posting.amount = held
    posting.reverses_id = hold_id
    _end(session, posting, account, hold_id, held, captured=0)
    return posting.close()


def _end(
    session: Session,
    posting: Posting,
    account: AccountState,
    hold_id: UUID,
    held: int,
    *,
    captured: int,
) -> None:
    rest = held - captured
    posting.move(rest, out_of="held", into=account)
    account.held -= held
    back = restore(session, posting, account, hold_id, rest)
    posting.close()
    write(session, [posting])
    rehome(session, posting.ask, account, back)
    state = "captured" if captured else "released"
    session.execute(_END_HOLD, {"id": hold_id, "state": state, "captured": captured})
    settle_back(session, posting.ask, account)


def settle_back(session: Session, ask: Ask, account: AccountState) -> None:
    """Let units that were put back into a lot that has run out run out now, not in the past.

    The others pay what the member owes.
    """
    settle(session, ask.unit, account, ask.now, since=ask.now)
    repay(session, ask, account)


def _owner(session: Session, ask: Ask, hold_id: UUID) -> UUID:
    found = session.execute(_OWNER, {"id": hold_id, "unit": ask.unit.id}).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("Nothing was set aside under this number."))
    return UUID(str(found))


def _open_hold(session: Session, hold_id: UUID) -> int:
    row = session.execute(_HOLD, {"id": hold_id}).one()
    if row.state != "open":
        raise Conflict(N_("What was set aside was taken or given back already."))
    return int(row.amount)
