"""Vouchers and coupons (优惠券): codes, what they take off an order, and their use, once each."""

from guanxi_loyalty.vouchers.basket import Basket, BasketLine
from guanxi_loyalty.vouchers.making import MadeCode, make_bulk, make_personal
from guanxi_loyalty.vouchers.quoting import quote
from guanxi_loyalty.vouchers.redeeming import redeem, reverse
from guanxi_loyalty.vouchers.sets import CodeSetDraft, create_set, find_set

__all__ = [
    "Basket",
    "BasketLine",
    "CodeSetDraft",
    "MadeCode",
    "create_set",
    "find_set",
    "make_bulk",
    "make_personal",
    "quote",
    "redeem",
    "reverse",
]
