"""A template that would replace one of the core."""

from guanxi.sdk import Manifest, Pages, Text, hookimpl

PLUGIN = Manifest(
    name="broken_template",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_template",
)


pages = Pages("broken_template", __name__, template_folder="templates")


@hookimpl
def register_pages():
    """Bring the template."""
    return pages
