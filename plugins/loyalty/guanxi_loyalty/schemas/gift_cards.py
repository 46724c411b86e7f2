"""What the API takes and gives back about gift cards. Amounts are minor units of the currency."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_loyalty.gift_cards import CardReceipt
from guanxi_loyalty.gift_cards.postings import MOST
from guanxi_loyalty.models import GiftCard
from guanxi_loyalty.schemas.codes import Whole


class LoyaltyCardCommandSchema(Schema):
    """What all commands take; the same ``key`` makes one happen once."""

    key = web.CleanText(200, filled=True)
    document = web.CleanText(200, load_default=None, allow_none=True)


class LoyaltyCardDraftSchema(LoyaltyCardCommandSchema):
    """A card to be issued."""

    amount = Whole(1, MOST, required=True)
    customer_id = fields.UUID(load_default=None, allow_none=True)
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)


class LoyaltyCardAmountSchema(LoyaltyCardCommandSchema):
    """What is loaded."""

    amount = Whole(1, MOST, required=True)


class LoyaltyCardRefundSchema(LoyaltyCardCommandSchema):
    """What is given back; all that is left of the payment by default."""

    amount = Whole(1, MOST, load_default=None, allow_none=True)


class LoyaltyCardCodeSchema(Schema):
    """A card by its code. ``visitor``: for whom a shop's program asks, as it likes."""

    code = fields.String(required=True, validate=validate.Length(1, 200))
    visitor = web.CleanText(200, load_default=None, allow_none=True)


class LoyaltyCardPaymentDraftSchema(LoyaltyCardCodeSchema, LoyaltyCardCommandSchema):
    """A payment; with ``partly`` the card pays what it has if that is less."""

    amount = Whole(1, MOST, required=True)
    partly = web.Flag(load_default=False)


class LoyaltyCardReasonSchema(LoyaltyCardCommandSchema):
    """Why a card is blocked, or works again."""

    reason = web.CleanText(500, filled=True, required=True)


class LoyaltyCardReceiptSchema(Schema):
    """What a command did; the same answer however often it is sent."""

    activity_id = fields.UUID()
    card_id = fields.UUID()
    kind = fields.String()
    amount = fields.Integer()
    balance = fields.Integer()


class LoyaltyCardIssuedSchema(Schema):
    """A new card. Its code is shown once, null in a repetition."""

    card_id = fields.UUID()
    serial = fields.String()
    code = fields.String(allow_none=True)
    balance = fields.Integer()
    currency = fields.String()


class LoyaltyCardSchema(Schema):
    """A card as it is shown."""

    card_id = fields.UUID()
    serial = fields.String()
    currency = fields.String()
    balance = fields.Integer()
    state = fields.String()
    expires_at = fields.AwareDateTime(allow_none=True)


def shown_card(card: GiftCard) -> dict[str, Any]:
    """Return a card as ``LoyaltyCardSchema`` describes it."""
    names = [name for name in LoyaltyCardSchema().fields if name != "card_id"]
    return {"card_id": card.id, **{name: getattr(card, name) for name in names}}


def shown_receipt(receipt: CardReceipt) -> dict[str, Any]:
    """Return a receipt as ``LoyaltyCardReceiptSchema`` describes it."""
    return {name: getattr(receipt, name) for name in LoyaltyCardReceiptSchema().fields}
