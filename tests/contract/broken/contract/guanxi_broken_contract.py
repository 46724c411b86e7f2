"""Was made for a contract that does not exist yet."""

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="broken_contract",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_contract",
    contract=">=9,<10",
)
