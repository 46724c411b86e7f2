"""The blueprint that all pages of loyalty share, and what stands around each of them."""

from typing import Final

from flask import current_app, url_for

from guanxi.sdk import Pages, current
from guanxi_loyalty.adjustments.reading import count_waiting
from guanxi_loyalty.texts import _

VIEW: Final = "loyalty.view"
GRANT: Final = "loyalty.grant"
MANAGE: Final = "loyalty.manage"
REPORTS: Final = "loyalty.reports"

pages = Pages("loyalty", "guanxi_loyalty", template_folder="templates")

_SECTIONS: Final = (
    ("index", "star"),
    ("rules", "wand"),
    ("tiers", "award"),
    ("rewards", "gift"),
    ("codes", "ticket"),
    ("gift_cards", "credit-card"),
    ("referrals", "share"),
    ("reports", "chart-bar"),
)


@pages.context_processor
def around() -> dict[str, object]:
    """Give the plugin's templates the tabs of its sections and what the reader may do."""
    person = current.principal_or_none()
    return {
        "section_tabs": section_tabs,
        "may_manage": person is not None and person.may(MANAGE),
        "may_grant": person is not None and person.may(GRANT),
    }


def section_tabs(active: str) -> list[dict[str, object]]:
    """Return the tabs of all sections; ``active`` is the name of the section shown."""
    titles = {
        "index": _("Programmes"),
        "rules": _("Rules and campaigns"),
        "tiers": _("Tiers"),
        "rewards": _("Rewards"),
        "codes": _("Codes"),
        "gift_cards": _("Gift cards"),
        "referrals": _("Referrals"),
        "reports": _("Reports"),
    }
    found: list[dict[str, object]] = [
        {
            "title": titles[name],
            "url": url_for(f"loyalty.{name}"),
            "icon": icon,
            "active": name == active,
        }
        for name, icon in _SECTIONS
        if f"loyalty.{name}" in current_app.view_functions and _may_open(name)
    ]
    return [*found, *_waiting_tab(active)]


def _waiting_tab(active: str) -> list[dict[str, object]]:
    """Return the tab of what waits for a second person, for who may decide, if anything does."""
    if not current.principal().may(GRANT):
        return []
    waiting = count_waiting(current.session())
    if not waiting and active != "approvals":
        return []
    tab = {"title": _("Second person"), "url": url_for("loyalty.approvals"), "icon": "users"}
    return [{**tab, "active": active == "approvals", "badge": waiting}]


def _may_open(name: str) -> bool:
    """Say whether the reader may open a section."""
    permission = pages.permissions[f"loyalty.{name}"]
    return permission is None or current.principal().may(permission)
