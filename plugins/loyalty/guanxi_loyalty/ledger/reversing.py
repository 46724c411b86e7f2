"""Take a transaction back, wholly or in part: never by changing it, always by a new one.

What was spent goes back to the same lots with their instants; what was earned is taken back,
from the lot that it made first. Several parts never add up to more than the whole.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, Refused
from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.beginning import begin, checked_amount
from guanxi_loyalty.ledger.lots import split, unspent
from guanxi_loyalty.ledger.posting import Ask, Posting, Receipt, write
from guanxi_loyalty.ledger.qualifying import follow
from guanxi_loyalty.ledger.restoring import rehome, restore
from guanxi_loyalty.ledger.spending import settle_back
from guanxi_loyalty.texts import N_

SPENT = ("redeem", "capture")
GIVEN = ("earn",)

_FOUND = text(
    """
    SELECT t.id, t.kind, t.amount, t.reverses_id, a.customer_id,
        (SELECT coalesce(sum(r.amount + r.shortfall), 0) FROM loyalty_transactions r
         WHERE r.reverses_id = t.id AND r.kind = 'reverse') AS reversed
    FROM loyalty_transactions t JOIN loyalty_accounts a ON a.id = t.account_id
    WHERE t.id = :id AND t.unit_id = :unit
    """
)
_MADE = text("SELECT origin_id FROM loyalty_lots WHERE transaction_id = :id")


def reverse(
    session: Session,
    ask: Ask,
    transaction_id: UUID,
    amount: int | None = None,
    *,
    customer_id: UUID | None = None,
) -> Receipt:
    """Take back a redemption, a captured hold, or what was earned (冲正).

    What was earned and is spent by now is owed where the programme allows debts; elsewhere the
    receipt's ``shortfall`` says how much could not be taken back.

    :param amount: a part of it; all that is left of it by default.
    :param customer_id: whose account it is about now, if the customer was merged since.
    :raises NotFound: there is no such transaction in this unit.
    :raises Refused: it cannot be reversed, or that much of it not any more.
    :raises Conflict: the key was used for another request.
    """
    found = _found(session, ask, transaction_id)
    request = {"reverses": transaction_id, "amount": amount}
    begun = begin(session, ask, "reverse", customer_id or found.customer_id, request)
    if isinstance(begun, Receipt):
        return begun
    posting, account = begun
    found = _found(session, ask, transaction_id)  # as it is under the lock
    left = found.amount - int(found.reversed)
    part = left if amount is None else checked_amount(amount)
    if not 0 < part <= left:
        raise Refused(
            N_("Of these %(amount)s only %(left)s are left to be taken back."),
            amount=found.amount,
            left=left,
        )
    posting.reverses_id = transaction_id
    if found.kind in GIVEN:
        _take_back(session, posting, account, transaction_id, part)
        receipt = posting.close()
        write(session, [posting])
    else:
        receipt = _give_back(session, posting, account, found, part)
    settle_back(session, posting.ask, account)
    follow(session, posting.ask, [customer_id or found.customer_id])
    return receipt


def _give_back(
    session: Session, posting: Posting, account: AccountState, found: Any, part: int
) -> Receipt:
    root_id = found.reverses_id if found.kind == "capture" else found.id
    posting.amount = part
    posting.move(part, out_of="redemption", into=account)
    back = restore(session, posting, account, root_id, part)
    receipt = posting.close()
    write(session, [posting])
    rehome(session, posting.ask, account, back)
    return receipt


def _take_back(
    session: Session, posting: Posting, account: AccountState, earned_id: UUID, part: int
) -> None:
    made = set(session.execute(_MADE, {"id": earned_id}).scalars())
    lots = unspent(session, account.id)
    own = [lot for lot in lots if lot.origin_id in made]
    others = [lot for lot in lots if lot.origin_id not in made and lot.active]
    taken = 0
    for lot, amount in split([*own, *others], part):
        posting.move(amount, out_of=account if lot.active else "pending", into="issuance")
        posting.take(lot, amount)
        taken += amount
    missing = part - taken
    if missing and posting.ask.unit.policies.debts:
        posting.move(missing, out_of=account, into="issuance")
        account.debt += missing
        taken, missing = part, 0
    posting.amount, posting.shortfall = taken, missing


def _found(session: Session, ask: Ask, transaction_id: UUID) -> Any:
    row = session.execute(_FOUND, {"id": transaction_id, "unit": ask.unit.id}).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such transaction."))
    if row.kind not in SPENT + GIVEN:
        raise Refused(N_("Only what was earned or spent can be taken back."))
    return row
