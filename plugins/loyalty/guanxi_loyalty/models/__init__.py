"""Tables of loyalty, by what they are about; all share one base."""

from guanxi_loyalty.models.base import Base
from guanxi_loyalty.models.ledger import Allocation, Entry, Hold, Lot, Remark, Transaction
from guanxi_loyalty.models.programmes import Account, Programme, Unit

__all__ = [
    "Account",
    "Allocation",
    "Base",
    "Entry",
    "Hold",
    "Lot",
    "Programme",
    "Remark",
    "Transaction",
    "Unit",
]
