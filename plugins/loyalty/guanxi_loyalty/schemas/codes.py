"""What the API takes and gives back about vouchers: baskets, quotes, sets of codes."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_loyalty.models import CodeSet
from guanxi_loyalty.models.vouchers import EFFECTS
from guanxi_loyalty.vouchers.basket import MOST, MOST_CODES, MOST_LINES, Basket, BasketLine
from guanxi_loyalty.vouchers.making import MOST as MOST_MADE
from guanxi_loyalty.vouchers.secrecy import LONGEST, SHORTEST


class Whole(fields.Integer):
    """A whole number, within limits: minor units of a currency, pieces, points."""

    def __init__(self, least: int = 0, most: int = MOST, **more: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **more)


class LoyaltyBasketLineSchema(Schema):
    """A line of an order; ``amount`` is the whole line's in minor units."""

    ref = web.CleanText(100, filled=True, required=True)
    product = web.CleanText(200, filled=True, required=True)
    amount = Whole(required=True)
    quantity = Whole(1, 10**6, load_default=1)
    categories = fields.List(
        web.CleanText(100, filled=True), load_default=list, validate=validate.Length(max=50)
    )


class LoyaltyBasketSchema(Schema):
    """An order about to be paid. ``visitor``: for whom a shop's program asks, as it likes."""

    currency = fields.String(required=True, validate=validate.Length(equal=3))
    lines = fields.List(
        fields.Nested(LoyaltyBasketLineSchema),
        required=True,
        validate=validate.Length(1, MOST_LINES),
    )
    shipping = Whole(load_default=0)
    customer_id = fields.UUID(load_default=None, allow_none=True)
    codes = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        required=True,
        validate=validate.Length(1, MOST_CODES),
    )
    visitor = web.CleanText(200, load_default=None, allow_none=True)


class LoyaltyCodeOrderDraftSchema(LoyaltyBasketSchema):
    """An order in which codes are used; the same ``key`` uses them once."""

    key = web.CleanText(200, filled=True)
    document = web.CleanText(200, load_default=None, allow_none=True)


class LoyaltyQuotedCodeSchema(Schema):
    """What a code takes off; ``refused`` says why it takes nothing."""

    discount = fields.Integer()
    refused = fields.String(allow_none=True)
    set_key = fields.String(allow_none=True)
    title_en = fields.String(allow_none=True)
    title_zh = fields.String(allow_none=True)


class LoyaltyQuotedLineSchema(Schema):
    """A line: ``pays`` is ``amount`` less ``discount``, never below zero."""

    ref = fields.String()
    amount = fields.Integer()
    discount = fields.Integer()
    pays = fields.Integer()


class LoyaltyQuoteSchema(Schema):
    """An order after codes; the discounts of lines and shipping sum to ``discount``."""

    codes = fields.List(fields.Nested(LoyaltyQuotedCodeSchema))
    lines = fields.List(fields.Nested(LoyaltyQuotedLineSchema))
    shipping = fields.Integer()
    shipping_discount = fields.Integer()
    discount = fields.Integer()
    total = fields.Integer()


class LoyaltyCodeOrderSchema(LoyaltyQuoteSchema):
    """An order in which codes were used."""

    order_id = fields.UUID()


class LoyaltyCodesFreedSchema(Schema):
    """How many codes became free by this reversal."""

    freed = fields.Integer()


class LoyaltyCodeSetDraftSchema(Schema):
    """A set of codes. Without ``code`` each is made at random and works once."""

    key = web.CleanText(40, filled=True, required=True)
    title_en = web.CleanText(200, filled=True, required=True)
    title_zh = web.CleanText(200, load_default="")
    code = web.CleanText(60, load_default=None, allow_none=True)
    effect = fields.String(required=True, validate=validate.OneOf(EFFECTS))
    value = Whole(load_default=0)
    most = Whole(1, load_default=None, allow_none=True)
    min_order = Whole(load_default=0)
    conditions = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), load_default=dict
    )
    family = web.CleanText(40, load_default=None, allow_none=True)
    alone = web.Flag(load_default=False)
    priority = Whole(0, 10_000, load_default=100)
    code_limit = Whole(1, load_default=None, allow_none=True)
    customer_limit = Whole(1, load_default=None, allow_none=True)
    total_limit = Whole(1, load_default=None, allow_none=True)
    valid_from = fields.AwareDateTime(load_default=None, allow_none=True)
    valid_to = fields.AwareDateTime(load_default=None, allow_none=True)


class LoyaltyCodeSetStateSchema(Schema):
    """Whether the codes of a set work."""

    state = fields.String(required=True, validate=validate.OneOf(["active", "paused"]))


class LoyaltyCodeSetSchema(Schema):
    """A set of codes as it is shown; ``value`` counts what ``effect`` says."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    kind = fields.String()
    effect = fields.String()
    value = fields.Integer()
    most = fields.Integer(allow_none=True)
    min_order = fields.Integer()
    conditions = fields.Dict()
    family = fields.String(allow_none=True)
    alone = fields.Boolean()
    priority = fields.Integer()
    code_limit = fields.Integer(allow_none=True)
    customer_limit = fields.Integer(allow_none=True)
    total_limit = fields.Integer(allow_none=True)
    made = fields.Integer()
    valid_from = fields.AwareDateTime(allow_none=True)
    valid_to = fields.AwareDateTime(allow_none=True)
    state = fields.String()
    version = fields.Integer()


class LoyaltyCodeSetsSchema(Schema):
    """All sets of a programme, by key."""

    items = fields.List(fields.Nested(LoyaltyCodeSetSchema))


class LoyaltyCodesDraftSchema(Schema):
    """How many codes are made, and how long they are."""

    count = Whole(1, MOST_MADE, required=True)
    length = Whole(SHORTEST, LONGEST, load_default=16)


class LoyaltyMadeCodesSchema(Schema):
    """New codes in the order of their serial numbers; shown once, null in a repetition."""

    first_serial = fields.Integer()
    count = fields.Integer()
    codes = fields.List(fields.String(), allow_none=True)


def basket_of(values: dict[str, Any]) -> Basket:
    """Return the basket in what was sent."""
    lines = [
        BasketLine(
            line["ref"],
            line["product"],
            line["amount"],
            line["quantity"],
            tuple(line["categories"]),
        )
        for line in values["lines"]
    ]
    return Basket(values["currency"], lines, values["shipping"], values["customer_id"])


def shown_set(found: CodeSet) -> dict[str, Any]:
    """Return a set as ``LoyaltyCodeSetSchema`` describes it."""
    return {name: getattr(found, name) for name in LoyaltyCodeSetSchema().fields}
