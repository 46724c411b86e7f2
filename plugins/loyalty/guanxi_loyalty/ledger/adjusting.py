"""Adjustments by hand (调整): always with a reason, and with a second person above a limit."""

from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused
from guanxi_loyalty.ledger.beginning import begin, checked_amount
from guanxi_loyalty.ledger.earning import give
from guanxi_loyalty.ledger.posting import Ask, Receipt, write
from guanxi_loyalty.ledger.qualifying import follow
from guanxi_loyalty.ledger.settling import settle
from guanxi_loyalty.ledger.spending import spend
from guanxi_loyalty.texts import N_


def adjust(
    session: Session,
    ask: Ask,
    customer_id: UUID,
    amount: int,
    *,
    approved_by: str | None = None,
) -> Receipt:
    """Add units, or take them away where ``amount`` is below zero.

    :param approved_by: the second person, needed above the programme's ``adjust_limit``.
    :raises Invalid: no reason is given, or the amount is zero.
    :raises Refused: nobody else approved it, or the member has not that much.
    """
    if not (ask.remark or "").strip():
        raise Invalid(N_("Say why."), fields={"reason": []})
    size = checked_amount(abs(amount))
    begun = begin(session, ask, "adjust", customer_id, {"amount": amount})
    if isinstance(begun, Receipt):
        return begun
    posting, account = begun
    # The limit of the unit as it is now, which may be another than when this process read it.
    limit = posting.ask.unit.policies.adjust_limit
    if limit is not None and size > limit and approved_by in (None, "", ask.actor):
        raise Refused(
            N_("An adjustment above %(limit)s needs the approval of a second person."), limit=limit
        )
    if amount > 0:
        give(posting, account, size, "adjustment", activates_at=ask.at)
    else:
        spend(session, posting, account, size, "adjustment")
    receipt = posting.close()
    write(session, [posting])
    settle(session, posting.ask.unit, account, ask.now)
    follow(session, posting.ask, [customer_id])
    return receipt
