"""The blueprint that all pages of surveys share, and what stands around each of them."""

from typing import Final

from flask import current_app, url_for

from guanxi.sdk import Pages, current
from guanxi_surveys.texts import _

VIEW: Final = "surveys.view"
RESULTS: Final = "surveys.results"
MANAGE: Final = "surveys.manage"
SEND: Final = "surveys.send"
ANSWER: Final = "surveys.answer"
CASES: Final = "surveys.cases"

pages = Pages("surveys", "guanxi_surveys", template_folder="templates")

_SECTIONS: Final = (
    ("index", "clipboard-list", VIEW),
    ("sending", "send", SEND),
    ("results", "chart-bar", RESULTS),
    ("cases", "heart-handshake", CASES),
    ("initiatives", "bulb", RESULTS),
)


@pages.context_processor
def around() -> dict[str, object]:
    """Give the plugin's templates the tabs of its sections and what the reader may do."""
    person = current.principal_or_none()

    def may(permission: str) -> bool:
        return person is not None and person.may(permission)

    return {
        "section_tabs": section_tabs,
        "may_manage": may(MANAGE),
        "may_send": may(SEND),
        "may_answer": may(ANSWER),
        "may_see_results": may(RESULTS),
        "may_work_on_cases": may(CASES),
    }


def section_tabs(active: str) -> list[dict[str, object]]:
    """Return the tabs of the sections that the reader may see; ``active`` is the one shown."""
    titles = {
        "index": _("Surveys"),
        "sending": _("Sending"),
        "results": _("Results"),
        "cases": _("Closed loop"),
        "initiatives": _("Improvements"),
    }
    person = current.principal_or_none()
    return [
        {
            "title": titles[name],
            "url": url_for(f"surveys.{name}"),
            "icon": icon,
            "active": name == active,
        }
        for name, icon, permission in _SECTIONS
        if f"surveys.{name}" in current_app.view_functions
        and person is not None
        and person.may(permission)
    ]
