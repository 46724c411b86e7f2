"""The ledger (积分账本): commands that move units, each once, and what can be read from it."""

from guanxi_loyalty.ledger.adjusting import adjust
from guanxi_loyalty.ledger.earning import earn
from guanxi_loyalty.ledger.handing import erase, merge, transfer, unmerge
from guanxi_loyalty.ledger.posting import Ask, Receipt
from guanxi_loyalty.ledger.reversing import reverse
from guanxi_loyalty.ledger.spending import capture, hold, redeem, release
from guanxi_loyalty.ledger.units import UnitFacts, load_unit, units_of

__all__ = [
    "Ask",
    "Receipt",
    "UnitFacts",
    "adjust",
    "capture",
    "earn",
    "erase",
    "hold",
    "load_unit",
    "merge",
    "redeem",
    "release",
    "reverse",
    "transfer",
    "units_of",
    "unmerge",
]
