"""Gift cards (礼品卡): a means of payment, not a discount; what is taxed does not change.

Each command happens once by its key, and a balance is guarded where it stands.
"""

from guanxi_loyalty.gift_cards.blocking import block, unblock
from guanxi_loyalty.gift_cards.issuing import Issued, issue, load
from guanxi_loyalty.gift_cards.paying import find_card, pay, refund
from guanxi_loyalty.gift_cards.postings import CardAsk, CardReceipt
from guanxi_loyalty.gift_cards.verifying import verify_cards

__all__ = [
    "CardAsk",
    "CardReceipt",
    "Issued",
    "block",
    "find_card",
    "issue",
    "load",
    "pay",
    "refund",
    "unblock",
    "verify_cards",
]
