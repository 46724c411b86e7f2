"""How each command about one member begins: lock, look whether it was done, bring up to date."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid
from guanxi_loyalty.ledger.accounts import AccountState, Changed, lock, lock_one
from guanxi_loyalty.ledger.posting import Ask, Posting, Receipt, answer_again, hash_request
from guanxi_loyalty.ledger.settling import settle
from guanxi_loyalty.ledger.units import load_unit
from guanxi_loyalty.texts import N_

MOST = 10**15
"""More units than anybody has; sums of them still fit the database's integers."""


def begin(
    session: Session,
    ask: Ask,
    kind: str,
    customer_id: UUID,
    request: Mapping[str, object],
    *,
    spends: bool = False,
) -> tuple[Posting, AccountState] | Receipt:
    """Return a posting on the locked, settled account; or the receipt of the first time.

    :param request: what, with ``kind`` and customer, tells this request from another.
    :param spends: it will ask for the open lots.
    :raises Conflict: the key was used for another request, or the programme takes no commands.
    """
    try:
        account, first = lock_one(session, ask.unit, customer_id, ask.key, lots=spends)
    except Changed:
        ask = _anew(session, ask)
        account, first = lock_one(session, ask.unit, customer_id, ask.key, lots=spends)
    request_hash = hash_request(kind, {"customer": customer_id, **request})
    if first is not None:
        return answer_again(ask, request_hash, first)
    settle(session, ask.unit, account, ask.now)
    posting = Posting(ask, kind, account, 0, request_hash)
    posting.touched[account.id] = account
    return posting, account


def locked_for(
    session: Session, ask: Ask, customers: Collection[UUID]
) -> tuple[Ask, dict[UUID, AccountState]]:
    """Return the customers' locked accounts, and what was asked with the unit as it is now.

    :raises Conflict: the programme takes no commands.
    """
    try:
        return ask, lock(session, ask.unit, customers)
    except Changed:
        ask = _anew(session, ask)
        return ask, lock(session, ask.unit, customers)


def _anew(session: Session, ask: Ask) -> Ask:
    return replace(ask, unit=load_unit(session, ask.unit.programme, ask.unit.key, fresh=True))


def checked_amount(amount: int) -> int:
    """Return ``amount`` if it is a number of units that can be moved.

    :raises Invalid: it is no whole number above zero, or absurdly large.
    """
    if type(amount) is not int or not 0 < amount <= MOST:
        raise Invalid(N_("Give a whole number of units above zero."), fields={"amount": []})
    return amount
