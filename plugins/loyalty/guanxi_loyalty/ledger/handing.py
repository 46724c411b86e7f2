"""Units that change hands: transfers between members, customers merged, taken apart, erased."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused
from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.beginning import checked_amount, locked_for
from guanxi_loyalty.ledger.lots import LotState, spendable, split, unspent
from guanxi_loyalty.ledger.posting import (
    Ask,
    Posting,
    Receipt,
    first_answer,
    hash_request,
    write,
)
from guanxi_loyalty.ledger.qualifying import follow
from guanxi_loyalty.ledger.settling import end_holds, settle
from guanxi_loyalty.texts import N_

_HOLDS_MOVE = text(
    "UPDATE loyalty_holds SET account_id = :kept WHERE account_id = :merged AND state = 'open'"
)
_FORGET = text(
    """
    DELETE FROM loyalty_remarks WHERE transaction_id IN (
        SELECT id FROM loyalty_transactions WHERE account_id = :account)
    """
)
_CAME_FROM = text(
    """
    SELECT n.id FROM loyalty_lots n WHERE n.account_id = :kept AND n.remaining > 0
      AND n.origin_id IN (SELECT origin_id FROM loyalty_lots WHERE account_id = :merged)
    """
)


def transfer(session: Session, ask: Ask, giver: UUID, taker: UUID, amount: int) -> Receipt:
    """Hand units from one member to another (转赠); they keep their instants.

    :raises Invalid: giver and taker are the same, or the amount is no whole number above zero.
    :raises Refused: the giver has not enough to spend.
    """
    if giver == taker:
        raise Invalid(N_("Giver and taker are the same."))
    source, target, posting = _both(
        session, ask, "transfer", giver=giver, taker=taker, amount=checked_amount(amount)
    )
    if isinstance(posting, Receipt):
        return posting
    if source.balance < amount:
        raise Refused(
            N_("There are %(balance)s to spend, and this takes %(amount)s."),
            balance=max(source.balance, 0),
            amount=amount,
        )
    _hand(posting, target, split(spendable(session, source.id, amount), amount), source)
    receipt = posting.close()
    write(session, [posting])
    follow(session, posting.ask, [giver, taker])
    return receipt


def merge(session: Session, ask: Ask, kept_id: UUID, merged_id: UUID) -> Receipt:
    """Bring all that ``merged_id`` has to ``kept_id`` (合并): lots, pending ones, debts, holds."""
    source, target, posting = _both(session, ask, "merge", giver=merged_id, taker=kept_id)
    if isinstance(posting, Receipt):
        return posting
    lots = unspent(session, source.id)
    _hand(posting, target, [(lot, lot.remaining) for lot in lots], source)
    if source.debt:
        posting.move(source.debt, out_of=target, into=source)
        target.debt, source.debt = target.debt + source.debt, 0
    target.held, source.held = target.held + source.held, 0
    target.due_by(source.next_due_at)
    older = [lot for lot in unspent(session, target.id) if lot.active] if target.debt else []
    posting.pay_debt(target, [*older, *posting.lots])
    if source.active_at is not None:
        target.active_at = max(source.active_at, target.active_at or source.active_at)
    receipt = posting.close()
    write(session, [posting])
    session.execute(_HOLDS_MOVE, {"kept": target.id, "merged": source.id})
    return receipt


def unmerge(session: Session, ask: Ask, kept_id: UUID, merged_id: UUID) -> Receipt:
    """Give ``merged_id`` back what is left of the units that it brought."""
    source, target, posting = _both(
        session, ask, "merge", giver=kept_id, taker=merged_id, undo=True
    )
    if isinstance(posting, Receipt):
        return posting
    rows = session.execute(_CAME_FROM, {"kept": source.id, "merged": target.id})
    its = set(rows.scalars())
    lots = [lot for lot in unspent(session, source.id) if lot.id in its]
    _hand(posting, target, [(lot, lot.remaining) for lot in lots], source)
    receipt = posting.close()
    write(session, [posting])
    return receipt


def erase(session: Session, ask: Ask, customer_id: UUID) -> Receipt:
    """Write off all that an erased customer has, and forget every remark about it (删除)."""
    ask, locked = locked_for(session, ask, [customer_id])
    account = locked[customer_id]
    request_hash = hash_request("erase", {"customer": customer_id})
    first = first_answer(session, ask, request_hash)
    if first is not None:
        return first
    settle(session, ask.unit, account, ask.now)
    end_holds(session, ask.unit, account, ask.now)
    posting = Posting(ask, "erase", account, 0, request_hash)
    posting.touched[account.id] = account
    for lot in unspent(session, account.id):
        posting.amount += lot.remaining
        posting.move(lot.remaining, out_of=account if lot.active else "pending", into="breakage")
        posting.take(lot, lot.remaining)
    posting.move(account.debt, out_of="breakage", into=account)
    account.debt = 0
    receipt = posting.close()
    write(session, [posting])
    session.execute(_FORGET, {"account": account.id})
    return receipt


def _both(
    session: Session, ask: Ask, kind: str, *, giver: UUID, taker: UUID, **request: object
) -> tuple[AccountState, AccountState, Posting | Receipt]:
    ask, locked = locked_for(session, ask, [giver, taker])
    source, target = locked[giver], locked[taker]
    request_hash = hash_request(kind, {"giver": giver, "taker": taker, **request})
    first = first_answer(session, ask, request_hash)
    if first is not None:
        return source, target, first
    for account in (source, target):
        settle(session, ask.unit, account, ask.now)
    posting = Posting(ask, kind, source, 0, request_hash)
    posting.touched = {source.id: source, target.id: target}
    return source, target, posting


def _hand(
    posting: Posting,
    target: AccountState,
    parts: Iterable[tuple[LotState, int]],
    source: AccountState,
) -> None:
    """Move parts of lots to the target, each as a lot of the same instants and origin."""
    for lot, part in parts:
        posting.take(lot, part)
        posting.amount += part
        if lot.active:
            posting.move(part, out_of=source, into=target)
        new = posting.add_lot(
            target,
            part,
            earned_at=lot.earned_at,
            activates_at=lot.activates_at,
            expires_at=lot.expires_at,
            origin_id=lot.origin_id,
            active=lot.active,
        )
        posting.pay_debt(target, [new])
