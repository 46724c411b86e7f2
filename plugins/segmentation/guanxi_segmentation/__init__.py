"""The manifest of Segmentation; what it does is in ``hooks``."""

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="segmentation",
    title=Text("Segments and value", "客户细分与价值"),
    summary=Text(
        "Sorts customers into segments, RFM groups and value tiers, and says why",
        "将客户划分为细分群体、RFM 细分和价值等级，并说明理由",
    ),
    migrations="migrations",
    command="segment",
)
