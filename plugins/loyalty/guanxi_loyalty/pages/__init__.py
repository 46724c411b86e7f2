"""Web pages of loyalty; each module adds its routes to the one blueprint."""

from guanxi_loyalty.pages import (
    approvals,
    campaigns,
    commands,
    customer,
    index,
    linking,
    own,
    programmes,
    reversing,
    rewarding,
    rule_editing,
    rules,
    showing_codes,
    simulator,
    tiers,
)
from guanxi_loyalty.pages.blueprint import pages

__all__ = [
    "approvals",
    "campaigns",
    "commands",
    "customer",
    "index",
    "linking",
    "own",
    "pages",
    "programmes",
    "reversing",
    "rewarding",
    "rule_editing",
    "rules",
    "showing_codes",
    "simulator",
    "tiers",
]
