"""Units put back into the very lots they came from, with the instants those lots had."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.accounts import AccountState
from guanxi_loyalty.ledger.lots import LotState, taken_by
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
    posting = Posting(ask, "extend", account, 0)
    posting.ask = Ask(unit=ask.unit, key=f"extend:{posting.id}", now=ask.now, source="time")
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
