"""Raises while it declares what it brings."""

from guanxi.sdk import Manifest, Text, hookimpl

PLUGIN = Manifest(
    name="broken_start",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_start",
)


@hookimpl
def register_permissions():
    """Never gets there."""
    return [][0]
