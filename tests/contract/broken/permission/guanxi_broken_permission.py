"""A page without permission."""

from guanxi.sdk import Manifest, Pages, Text, hookimpl

PLUGIN = Manifest(
    name="broken_permission",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_permission",
)


pages = Pages("broken_permission", __name__)


@pages.get("/")
def index():
    """Everybody would see this."""
    return "secret"


@hookimpl
def register_pages():
    """Bring the page."""
    return pages
