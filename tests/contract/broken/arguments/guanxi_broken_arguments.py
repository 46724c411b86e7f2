"""A hook asks for an argument that is not offered."""

from guanxi.sdk import Manifest, Text, hookimpl

PLUGIN = Manifest(
    name="broken_arguments",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_arguments",
)


@hookimpl
def on_touchpoints_recorded(session, events, weather):
    """Never gets there."""
