"""Pay with a card (支付), wholly or with what it has; give back what was paid (退款)."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, Refused
from guanxi_loyalty.gift_cards.postings import CardAsk, CardReceipt, begin, checked, post
from guanxi_loyalty.models import GiftCard, Programme
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.secrecy import NotUsable, hash_code, pepper

_BY_CODE = text(
    "SELECT id FROM loyalty_gift_cards WHERE code_hash = :hash AND programme_id = :programme"
)
_BALANCE = text("SELECT balance FROM loyalty_gift_cards WHERE id = :card")
_PAID = text(
    """
    SELECT p.card_id, -p.amount AS paid,
        (SELECT coalesce(sum(r.amount), 0) FROM loyalty_gift_activities r
         WHERE r.refunds_id = p.id) AS refunded
    FROM loyalty_gift_activities p
    WHERE p.id = :id AND p.programme_id = :programme AND p.kind = 'redeem'
    """
)


def find_card(session: Session, programme: Programme, typed: str) -> UUID:
    """Return the card with this code, whatever state it is in.

    :raises NotUsable: there is none; the same answer as for a card that cannot be used.
    """
    values = {"hash": hash_code(pepper(session), typed), "programme": programme.id}
    found = session.execute(_BY_CODE, values).scalar_one_or_none()
    if found is None:
        raise NotUsable
    return UUID(str(found))


def usable_card(session: Session, ask: CardAsk, typed: str) -> GiftCard:
    """Return the card with this code if it can be paid with now.

    :raises NotUsable: no such card, blocked, run out or empty.
    """
    card = session.get_one(GiftCard, find_card(session, ask.programme, typed))
    over = card.expires_at is not None and card.expires_at <= ask.now
    if card.state != "active" or over or not card.balance:
        raise NotUsable
    return card


def pay(
    session: Session, ask: CardAsk, card_id: UUID, amount: int, *, partly: bool = False
) -> CardReceipt:
    """Pay ``amount`` with a card.

    :param partly: pay what the card has if that is less; the receipt says how much.
    :raises NotUsable: it is blocked, run out, empty, or has less.
    :raises NotFound, Invalid, Conflict: as elsewhere.
    """
    asked = begin(session, ask, "redeem", card_id, amount=checked(amount), partly=partly)
    if isinstance(asked, CardReceipt):
        return asked
    if partly:  # nobody else changes it: the card is locked
        amount = min(amount, session.execute(_BALANCE, {"card": card_id}).scalar_one())
        if not amount:
            raise NotUsable
    return post(session, ask, "redeem", card_id, -amount, asked=asked, alive=True)


def refund(
    session: Session, ask: CardAsk, activity_id: UUID, amount: int | None = None
) -> CardReceipt:
    """Give a payment back to its card, wholly or in part; also to one that has run out.

    :param amount: all that is left of it by default.
    :raises NotFound: there is no such payment.
    :raises Refused: more than is left of it.
    """
    paid = _paid(session, ask, activity_id)
    asked = begin(session, ask, "refund", paid[0], of=activity_id, amount=amount)
    if isinstance(asked, CardReceipt):
        return asked
    card_id, left = _paid(session, ask, activity_id)  # as it is under the lock
    part = left if amount is None else checked(amount)
    if not 0 < part <= left:
        raise Refused(N_("Of this payment only %(left)s are left to be given back."), left=left)
    return post(
        session, ask, "refund", card_id, part, asked=asked, alive=False, refunds=activity_id
    )


def _paid(session: Session, ask: CardAsk, activity_id: UUID) -> tuple[UUID, int]:
    values = {"id": activity_id, "programme": ask.programme.id}
    row = session.execute(_PAID, values).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such payment with a gift card."))
    return row.card_id, int(row.paid - row.refunded)
