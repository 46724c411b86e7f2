"""Units put back into the very lots they came from, with the instants those lots had.

Where the member owes units meanwhile, they pay at once: whoever has a debt has no open lot.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.lots import LotState, taken_by, unspent
from guanxi_loyalty.ledger.posting import Ask, Posting, write
from guanxi_loyalty.moments import end_of, local_day


def restore(
    session: Session, posting: Posting, account: AccountState, root_id: UUID, amount: int
) -> list[tuple[LotState, int]]:
    """Put back ``amount`` of what ``root_id`` took, the lot taken last first.

    Return the lots with what each got back; :func:`rehome` is called with them after ``write``.
    """
    back = []
    for lot, taken in taken_by(session, root_id):
        part = min(taken, amount)
        if part:
            posting.take(lot, -part, root=root_id)
            back.append((lot, part))
            amount -= part
            if lot.account_id == account.id:
                account.due_by(lot.expires_at)
    return back


def rehome(
    session: Session, ask: Ask, account: AccountState, back: list[tuple[LotState, int]]
) -> None:
    """Give units that cannot stay in their old lot a new one.

    The lot may belong to an account that was merged into this one meanwhile; or it ran out while
    the units were gone, and the policy grants some days of grace (宽限).
    """
    grace = ask.unit.policies.grace_days
    posting = _by_time(ask, "extend", account)
    for lot, part in back:
        over = lot.expires_at is not None and lot.expires_at <= ask.now
        if lot.account_id == account.id and not (over and grace):
            continue
        expires_at = lot.expires_at
        if over and grace:
            expires_at = end_of(
                local_day(ask.now, ask.unit.zone) + timedelta(days=grace), ask.unit.zone
            )
        posting.take(lot, part)
        posting.amount += part
        posting.add_lot(
            account,
            part,
            earned_at=lot.earned_at,
            activates_at=lot.activates_at,
            expires_at=expires_at,
            origin_id=lot.origin_id,
            active=True,
        )
    if posting.amount:
        posting.close()
        write(session, [posting])


def repay(session: Session, ask: Ask, account: AccountState) -> None:
    """Let units that were put back pay what the member owes (先还欠); call it after ``rehome``.

    Those whose lot has run out meanwhile do not: they run out again.
    """
    if not account.debt:
        return
    posting, owed = _by_time(ask, "repay", account), account.debt
    lots = unspent(session, account.id)
    posting.pay_debt(
        account, [lot for lot in lots if lot.expires_at is None or lot.expires_at > ask.now]
    )
    posting.amount = owed - account.debt
    if posting.amount:
        posting.close()
        write(session, [posting])


def _by_time(ask: Ask, kind: str, account: AccountState) -> Posting:
    posting = Posting(ask, kind, account, 0)
    posting.ask = Ask(unit=ask.unit, key=f"{kind}:{posting.id}", now=ask.now, source="time")
    return posting
