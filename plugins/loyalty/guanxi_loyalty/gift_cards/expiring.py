"""Cards that ran out with something left on them: the rest becomes breakage (过期沉淀), once.

Nothing can be paid with a card after its expiry, so what is left of the balance of that instant
is nobody's any more. What was refunded to it afterwards is the customer's: it stays, and the card
can be made to work longer.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, record
from guanxi_loyalty.gift_cards.postings import CardAsk, CardReceipt, begin, post
from guanxi_loyalty.models import Programme
from guanxi_loyalty.texts import N_

_DUE: Final = text(
    """
    SELECT id, programme_id, expires_at FROM loyalty_gift_cards
    WHERE expires_at <= :now AND written_off_at IS NULL
    ORDER BY expires_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)
_REST: Final = text(
    """
    SELECT c.balance - coalesce((SELECT sum(a.amount) FROM loyalty_gift_activities a
        WHERE a.card_id = c.id AND a.at >= c.expires_at), 0)
    FROM loyalty_gift_cards c WHERE c.id = :card
    """
)
_NOTED: Final = text("UPDATE loyalty_gift_cards SET written_off_at = :now WHERE id = :card")
_LONGER: Final = text(
    "UPDATE loyalty_gift_cards SET expires_at = :until, written_off_at = NULL, changed_at = :now "
    "WHERE id = :card"
)


def expire_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Write off what is left on cards that have run out; return how many were looked at.

    Call it, a transaction each time, until it returns 0; what others work on comes next time.
    """
    due = session.execute(_DUE, {"now": now, "limit": limit}).all()
    for card in due:
        _write_off(session, card, now)
    return len(due)


def work_longer(
    session: Session, ask: CardAsk, card_id: UUID, until: datetime | None, reason: str
) -> None:
    """Let a card run out later, or never; what became breakage does not come back.

    :raises NotFound: there is no such card.
    :raises Invalid: that is in the past.
    """
    if until is not None and until <= ask.now:
        raise Invalid(N_("It would have run out already."), fields={"expires_at": []})
    begin(session, ask, "longer", card_id, until=until)
    session.execute(_LONGER, {"card": card_id, "until": until, "now": ask.now})
    after = {"expires_at": None if until is None else until.isoformat(), "reason": reason}
    record(session, "loyalty.gift_card_changed", ("loyalty_gift_card", str(card_id)), after=after)


def _write_off(session: Session, card: Any, now: datetime) -> None:
    rest = int(session.execute(_REST, {"card": card.id}).scalar_one())
    if rest > 0:
        programme = session.get_one(Programme, card.programme_id)
        ask = CardAsk(programme, f"expire:{card.id}:{card.expires_at.isoformat()}", now, "loyalty")
        asked = begin(session, ask, "expire", card.id)
        if not isinstance(asked, CardReceipt):
            post(session, ask, "expire", card.id, -rest, asked=asked, alive=False)
    session.execute(_NOTED, {"card": card.id, "now": now})
