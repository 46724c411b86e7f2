"""The manifest of Loyalty; what it does is in ``hooks``."""

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="loyalty",
    title=Text("Loyalty", "客户忠诚"),
    summary=Text(
        "Points, tiers and rewards over a ledger that can be audited",
        "以可审计账本管理积分、等级与奖励",
    ),
    migrations="migrations",
)
