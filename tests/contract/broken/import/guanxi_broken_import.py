"""Raises when it is imported."""

raise RuntimeError("the moon is full")

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="broken_import",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_import",
)
