"""How each command about one member begins: lock, look whether it was done, bring up to date."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid
from guanxi_loyalty.ledger.accounts import AccountState, Changed, lock
from guanxi_loyalty.ledger.posting import Ask, Posting, Receipt, first_answer, hash_request
from guanxi_loyalty.ledger.settling import settle
from guanxi_loyalty.ledger.units import load_unit
from guanxi_loyalty.texts import N_

MOST = 10**15
"""More units than anybody has; sums of them still fit the database's integers."""


def begin(
    session: Session, ask: Ask, kind: str, customer_id: UUID, request: Mapping[str, object]
) -> tuple[Posting, AccountState] | Receipt:
    """Return a posting on the locked, settled account; or the receipt of the first time.

    :param request: what, with ``kind`` and customer, tells this request from another.
    :raises Conflict: the key was used for another request, or the programme takes no commands.
    """
    ask, locked = locked_for(session, ask, [customer_id])
    account = locked[customer_id]
    request_hash = hash_request(kind, {"customer": customer_id, **request})
    first = first_answer(session, ask, request_hash)
    if first is not None:
        return first
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
        unit = load_unit(session, ask.unit.programme, ask.unit.key, fresh=True)
        return replace(ask, unit=unit), lock(session, unit, customers)


def checked_amount(amount: int) -> int:
    """Return ``amount`` if it is a number of units that can be moved.

    :raises Invalid: it is no whole number above zero, or absurdly large.
    """
    if type(amount) is not int or not 0 < amount <= MOST:
        raise Invalid(N_("Give a whole number of units above zero."), fields={"amount": []})
    return amount
