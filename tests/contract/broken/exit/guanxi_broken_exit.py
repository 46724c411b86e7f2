"""Ends the process when it is imported."""

import sys

sys.exit(3)

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="broken_exit",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_exit",
)
