"""Hangs while it is imported."""

import threading

threading.Event().wait(120)

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="broken_loading",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_loading",
)
