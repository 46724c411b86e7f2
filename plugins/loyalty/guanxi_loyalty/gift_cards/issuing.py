"""Cards are issued and loaded (充值). The code is shown once, when a card is issued."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, record
from guanxi_loyalty.gift_cards.postings import CardAsk, CardReceipt, begin, checked, post
from guanxi_loyalty.models import GiftCard
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.secrecy import draw, hash_code, pepper


@dataclass(frozen=True, slots=True)
class Issued:
    """A new card with its code, to be seen this once; None where the key was used before."""

    card_id: UUID
    serial: str
    code: str | None
    balance: int


def issue(
    session: Session,
    ask: CardAsk,
    amount: int,
    *,
    customer_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> Issued:
    """Issue a card loaded with ``amount`` in the programme's currency.

    :raises Invalid: the amount is no whole number above zero, or it would have run out already.
    A card's id follows from programme and key, so that the same key makes it once.

    :raises Conflict: the key was used for another amount, or for something else.
    """
    if expires_at is not None and expires_at <= ask.now:
        raise Invalid(N_("It would have run out already."), fields={"expires_at": []})
    card_id, code = uuid5(ask.programme.id, ask.key), draw()
    serial = f"G{card_id.hex[-12:].upper()}"
    values = {
        "id": card_id,
        "programme_id": ask.programme.id,
        "serial": serial,
        "code_hash": hash_code(pepper(session, make=True), code),
        "currency": ask.programme.currency,
        "customer_id": customer_id,
        "expires_at": expires_at,
        "issued_at": ask.now,
        "changed_at": ask.now,
    }
    session.execute(insert(GiftCard).values(values).on_conflict_do_nothing(index_elements=["id"]))
    receipt = load(session, ask, card_id, amount)
    if receipt.replayed:
        return Issued(card_id, serial, None, receipt.balance)
    after = {"amount": amount, "currency": ask.programme.currency}
    record(session, "loyalty.gift_card_issued", ("loyalty_gift_card", serial), after=after)
    return Issued(card_id, serial, code, receipt.balance)


def load(session: Session, ask: CardAsk, card_id: UUID, amount: int) -> CardReceipt:
    """Load a card with ``amount`` more.

    :raises NotUsable: it is blocked or has run out, or would hold more than a card may.
    :raises NotFound, Invalid, Conflict: as elsewhere.
    """
    asked = begin(session, ask, "load", card_id, amount=checked(amount))
    if isinstance(asked, CardReceipt):
        return asked
    return post(session, ask, "load", card_id, amount, asked=asked, alive=True)
