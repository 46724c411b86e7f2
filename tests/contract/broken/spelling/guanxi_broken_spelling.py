"""A hook is misspelt."""

from guanxi.sdk import Manifest, Text, hookimpl

PLUGIN = Manifest(
    name="broken_spelling",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_spelling",
)


@hookimpl
def on_touchpoint_recorded(session, events):
    """Never gets there."""
