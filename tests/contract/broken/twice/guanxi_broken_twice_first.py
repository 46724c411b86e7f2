"""One of two packages that bring a plugin of one name."""

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="broken_twice",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_twice_first",
)
