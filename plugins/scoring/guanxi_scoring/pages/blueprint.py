"""The blueprint that all pages of scoring share, and what stands around each of them."""

from typing import Final

from flask import current_app, url_for

from guanxi.sdk import Pages, current
from guanxi_scoring.texts import _

VIEW: Final = "scoring.view"
RISK: Final = "scoring.risk"
ASSESS: Final = "scoring.assess"
MANAGE: Final = "scoring.manage"
DECIDE: Final = "scoring.decide"

pages = Pages("scoring", "guanxi_scoring", template_folder="templates")

_SECTIONS: Final = (
    ("index", "chart-dots", VIEW),
    ("churn", "alert-triangle", VIEW),
    ("propensity", "target-arrow", VIEW),
    ("products", "shopping-bag", VIEW),
    ("mining", "affiliate", VIEW),
    ("risk", "shield-check", RISK),
    ("insight", "bulb", VIEW),
)


@pages.context_processor
def around() -> dict[str, object]:
    """Give the plugin's templates the tabs of its sections and what the reader may do."""
    person = current.principal_or_none()
    return {
        "section_tabs": section_tabs,
        "may_manage": person is not None and person.may(MANAGE),
        "may_assess": person is not None and person.may(ASSESS),
        "may_see_risk": person is not None and person.may(RISK),
    }


def section_tabs(active: str) -> list[dict[str, object]]:
    """Return the tabs of the sections that the reader may see; ``active`` is the one shown."""
    titles = {
        "index": _("Models"),
        "churn": _("Lapse"),
        "propensity": _("Propensity"),
        "products": _("Next product"),
        "mining": _("Data mining"),
        "risk": _("Risk"),
        "insight": _("Insight"),
    }
    person = current.principal_or_none()
    return [
        {
            "title": titles[name],
            "url": url_for(f"scoring.{name}"),
            "icon": icon,
            "active": name == active,
        }
        for name, icon, permission in _SECTIONS
        if f"scoring.{name}" in current_app.view_functions
        and person is not None
        and person.may(permission)
    ]
