"""The blueprint that all pages of segmentation share, and what stands around each of them."""

from typing import Final

from flask import current_app, url_for

from guanxi.sdk import Pages, current
from guanxi_segmentation.texts import _

VIEW: Final = "segmentation.view"
MANAGE: Final = "segmentation.manage"

pages = Pages("segmentation", "guanxi_segmentation", template_folder="templates")

_SECTIONS: Final = (
    ("index", "users-group"),
    ("rfm", "table"),
    ("values", "coins"),
    ("schemes", "stack-2"),
    ("key_accounts", "crown"),
)


@pages.context_processor
def around() -> dict[str, object]:
    """Give the plugin's templates the tabs of its sections and what the reader may do."""
    person = current.principal_or_none()
    return {"section_tabs": section_tabs, "may_manage": person is not None and person.may(MANAGE)}


def section_tabs(active: str) -> list[dict[str, object]]:
    """Return the tabs of all sections; ``active`` is the name of the section shown."""
    titles = {
        "index": _("Segments"),
        "rfm": _("RFM"),
        "values": _("Value"),
        "schemes": _("Classes"),
        "key_accounts": _("Key accounts"),
    }
    return [
        {
            "title": titles[name],
            "url": url_for(f"segmentation.{name}"),
            "icon": icon,
            "active": name == active,
        }
        for name, icon in _SECTIONS
        if f"segmentation.{name}" in current_app.view_functions
    ]
