"""Web pages of loyalty; each module adds its routes to the one blueprint."""

from guanxi_loyalty.pages import (
    approvals,
    commands,
    customer,
    index,
    linking,
    own,
    reversing,
    rewarding,
    showing_codes,
)
from guanxi_loyalty.pages.blueprint import pages

__all__ = [
    "approvals",
    "commands",
    "customer",
    "index",
    "linking",
    "own",
    "pages",
    "reversing",
    "rewarding",
    "showing_codes",
]
