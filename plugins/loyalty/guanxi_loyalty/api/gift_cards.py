"""Gift cards at the till: issue, load, look at, pay, give back; blocked and opened by admins."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import NotFound, current, web
from guanxi_loyalty import gift_cards
from guanxi_loyalty.api.asking import actor, answer_once, in_sight, key_of, programme
from guanxi_loyalty.api.blueprint import GRANT, MANAGE, api
from guanxi_loyalty.api.tries import guarded
from guanxi_loyalty.gift_cards import CardAsk, CardReceipt
from guanxi_loyalty.gift_cards.paying import usable_card
from guanxi_loyalty.models import GiftCard
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.schemas.gift_cards import (
    LoyaltyCardAmountSchema,
    LoyaltyCardCodeSchema,
    LoyaltyCardDraftSchema,
    LoyaltyCardIssuedSchema,
    LoyaltyCardPaymentDraftSchema,
    LoyaltyCardReasonSchema,
    LoyaltyCardReceiptSchema,
    LoyaltyCardRefundSchema,
    LoyaltyCardSchema,
    shown_card,
    shown_receipt,
)
from guanxi_loyalty.texts import N_

CARDS = "/programmes/<key>/gift-cards"


@api.post(CARDS, permission=GRANT)
@api.arguments(LoyaltyCardDraftSchema())
@api.response(201, LoyaltyCardIssuedSchema)
def issue_gift_card(values: dict[str, Any], key: str) -> Response:
    """Issue a card. Its code is in this answer and never again."""
    session, ask = current.tx(), _ask(values, key)
    made = gift_cards.issue(
        session,
        ask,
        values["amount"],
        customer_id=in_sight(session, values["customer_id"]),
        expires_at=values["expires_at"],
    )
    body = {"card_id": made.card_id, "serial": made.serial, "balance": made.balance}
    return answer_once({**body, "currency": ask.programme.currency}, {"code": made.code}, 201)


@api.post(f"{CARDS}/look", permission=GRANT)
@api.arguments(LoyaltyCardCodeSchema())
@api.response(200, LoyaltyCardSchema)
def look_at_gift_card(values: dict[str, Any], key: str) -> Response:
    """What is on a card that can be paid with."""
    session = current.session()
    with guarded(values["visitor"]):
        ask = CardAsk(find_programme(session, key), "", current.now(), actor())
        card = usable_card(session, ask, values["code"])
    return web.answer(shown_card(card))


@api.post(f"{CARDS}/pay", permission=GRANT)
@api.arguments(LoyaltyCardPaymentDraftSchema())
@api.response(200, LoyaltyCardReceiptSchema)
def pay_with_gift_card(values: dict[str, Any], key: str) -> Response:
    """Pay with a card; the same key pays once."""
    session, ask = current.tx(), _ask(values, key)
    with guarded(values["visitor"]):
        card_id = gift_cards.find_card(session, ask.programme, values["code"])
        receipt = gift_cards.pay(session, ask, card_id, values["amount"], partly=values["partly"])
    return _receipt(receipt)


@api.post(f"{CARDS}/payments/<uuid:activity_id>/refund", permission=GRANT)
@api.arguments(LoyaltyCardRefundSchema())
@api.response(200, LoyaltyCardReceiptSchema)
def refund_gift_card(values: dict[str, Any], key: str, activity_id: UUID) -> Response:
    """Give a payment back to its card, wholly or in part."""
    ask = _ask(values, key)
    return _receipt(gift_cards.refund(current.tx(), ask, activity_id, values["amount"]))


@api.post(f"{CARDS}/<uuid:card_id>/load", permission=GRANT)
@api.arguments(LoyaltyCardAmountSchema())
@api.response(200, LoyaltyCardReceiptSchema)
def load_gift_card(values: dict[str, Any], key: str, card_id: UUID) -> Response:
    """Load a card with more."""
    return _receipt(gift_cards.load(current.tx(), _ask(values, key), card_id, values["amount"]))


@api.post(f"{CARDS}/<uuid:card_id>/block", permission=MANAGE)
@api.arguments(LoyaltyCardReasonSchema())
@api.response(200, LoyaltyCardReceiptSchema)
def block_gift_card(values: dict[str, Any], key: str, card_id: UUID) -> Response:
    """Let nobody pay with a card any more; its money stays on it."""
    return _receipt(gift_cards.block(current.tx(), _ask(values, key), card_id, values["reason"]))


@api.post(f"{CARDS}/<uuid:card_id>/unblock", permission=MANAGE)
@api.arguments(LoyaltyCardReasonSchema())
@api.response(200, LoyaltyCardReceiptSchema)
def unblock_gift_card(values: dict[str, Any], key: str, card_id: UUID) -> Response:
    """Let a card work again."""
    return _receipt(gift_cards.unblock(current.tx(), _ask(values, key), card_id, values["reason"]))


@api.get(f"{CARDS}/<uuid:card_id>", permission=MANAGE)
@api.response(200, LoyaltyCardSchema)
def show_gift_card(key: str, card_id: UUID) -> Response:
    """One card by its id, whatever state it is in."""
    session = current.session()
    card = session.get(GiftCard, card_id)
    if card is None or card.programme_id != find_programme(session, key).id:
        raise NotFound(N_("There is no such gift card."))
    return web.answer(shown_card(card))


def _ask(values: dict[str, Any], key: str) -> CardAsk:
    document = values.pop("document", None)
    return CardAsk(programme(key), key_of(values), current.now(), actor(), document)


def _receipt(receipt: CardReceipt) -> Response:
    return web.answer(shown_receipt(receipt))
