"""A page at the address of the core."""

from guanxi.sdk import Manifest, Pages, Text, hookimpl

PLUGIN = Manifest(
    name="broken_route",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_route",
)


pages = Pages("broken_route", __name__, url_prefix="/customers")


@pages.get("/", permission="customers.view")
def index():
    """Would stand in front of the list of customers."""
    return "mine"


@hookimpl
def register_pages():
    """Bring the page."""
    return pages
