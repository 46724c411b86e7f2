"""Block a card that was lost or stolen (冻结), and let it work again; its money stays on it."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import record
from guanxi_loyalty.gift_cards.postings import CardAsk, CardReceipt, begin, post

_STATE = text("UPDATE loyalty_gift_cards SET state = :state WHERE id = :card")


def block(session: Session, ask: CardAsk, card_id: UUID, reason: str) -> CardReceipt:
    """Let nobody pay with a card any more.

    :raises NotFound, Conflict: as elsewhere.
    """
    return _switch(session, ask, card_id, reason, kind="block", state="blocked")


def unblock(session: Session, ask: CardAsk, card_id: UUID, reason: str) -> CardReceipt:
    """Let a card work again."""
    return _switch(session, ask, card_id, reason, kind="unblock", state="active")


def _switch(
    session: Session, ask: CardAsk, card_id: UUID, reason: str, *, kind: str, state: str
) -> CardReceipt:
    asked = begin(session, ask, kind, card_id)
    if isinstance(asked, CardReceipt):
        return asked
    session.execute(_STATE, {"state": state, "card": card_id})
    receipt = post(session, ask, kind, card_id, 0, asked=asked, alive=False)
    subject = ("loyalty_gift_card", str(card_id))
    record(session, f"loyalty.gift_card_{kind}ed", subject, after={"reason": reason})
    return receipt
