"""Needs a package that is not installed."""

import no_such_package

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="broken_package",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_package",
)
