"""Units given to members: earned, or added by hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid
from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.beginning import begin, checked_amount
from guanxi_loyalty.ledger.posting import Ask, Posting, Receipt, write
from guanxi_loyalty.ledger.qualifying import follow
from guanxi_loyalty.ledger.settling import settle
from guanxi_loyalty.moments import activates_at as activates
from guanxi_loyalty.moments import expires_at as expires
from guanxi_loyalty.texts import N_


def earn(
    session: Session,
    ask: Ask,
    customer_id: UUID,
    amount: int,
    *,
    activates_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Receipt:
    """Give a member ``amount`` units (累积), as one lot.

    :param activates_at: when they can be spent, if not as the programme's policy says.
    :param expires_at: when they run out, likewise.
    :raises Invalid: the amount is no whole number above zero, or it runs out before it begins.
    :raises Conflict: the key was used for another request.
    """
    request = {"amount": amount, "activates_at": activates_at, "expires_at": expires_at}
    begun = begin(session, ask, "earn", customer_id, {**request, "at": ask.effective_at})
    if isinstance(begun, Receipt):
        return begun
    posting, account = begun
    times = {"activates_at": activates_at, "expires_at": expires_at}
    give(posting, account, checked_amount(amount), "issuance", **times)
    receipt = posting.close()
    write(session, [posting])
    settle(session, posting.ask.unit, account, ask.now)
    follow(session, posting.ask, [customer_id])
    return receipt


def give(
    posting: Posting,
    account: AccountState,
    amount: int,
    out_of: str,
    *,
    activates_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Add a new lot to a posting, out of one of the unit's own accounts; it pays debts first."""
    unit, at = posting.ask.unit, posting.effective_at
    starts = activates_at or activates(unit.policies, at, unit.zone)
    ends = expires_at or expires(unit.policies.expiry, at, unit.zone)
    if ends is not None and ends <= starts:
        raise Invalid(N_("These units would run out before they can be spent."))
    active = starts <= at
    posting.amount = amount
    posting.move(amount, out_of=out_of, into=account if active else "pending")
    lot = posting.add_lot(
        account, amount, earned_at=at, activates_at=starts, expires_at=ends, active=active
    )
    posting.pay_debt(account, [lot])
    be_active(posting, account)


def be_active(posting: Posting, account: AccountState) -> None:
    """Note that the member did something, for units that run out by inactivity."""
    if account.active_at is None or account.active_at < posting.effective_at:
        account.active_at = posting.effective_at
    if posting.ask.unit.policies.expiry.runs == "inactivity":
        account.due_by(posting.effective_at)
