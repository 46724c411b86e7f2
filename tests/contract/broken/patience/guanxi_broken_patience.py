"""Hangs in a hook."""

from guanxi.sdk import Manifest, Text, hookimpl

PLUGIN = Manifest(
    name="broken_patience",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_patience",
)


@hookimpl
def slot_dashboard_card(session, now):
    """Spin for ever."""
    while True:
        pass
