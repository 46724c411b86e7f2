"""Make and change rating agencies with their scales."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, current, web
from guanxi_scoring.models import Agency
from guanxi_scoring.pages.blueprint import ASSESS, pages
from guanxi_scoring.pages.risk_words import REFUSALS, Errors
from guanxi_scoring.risk import agencies
from guanxi_scoring.texts import _

Answer = str | tuple[str, int] | Response


@pages.get("/risk/new-agency", permission=ASSESS)
def new_agency() -> str:
    """The empty form."""
    return _draw(None, {"valid_days": "365", "grades": ""}, Errors())


@pages.post("/risk/new-agency", permission=ASSESS)
def create_agency() -> Answer:
    """Make the agency."""
    return _save(request.form.get("key", "").strip(), None)


@pages.get("/risk/agencies/<key>", permission=ASSESS)
def edit_agency(key: str) -> str:
    """The form filled with the agency."""
    found = agencies.get_agency(current.session(), key)
    typed = {
        "key": found.key,
        "title_en": found.title_en,
        "title_zh": found.title_zh,
        "grades": agencies.written_grades(found.grades),
        "valid_days": str(found.valid_days),
        "archived": "on" if found.archived else "",
        "version": str(found.version),
    }
    return _draw(found, typed, Errors())


@pages.post("/risk/agencies/<key>", permission=ASSESS)
def change_agency(key: str) -> Answer:
    """Change the agency, unless somebody else did meanwhile."""
    return _save(key, agencies.get_agency(current.tx(), key))


def _save(key: str, found: Agency | None) -> Answer:
    sent, errors = request.form, Errors()
    try:
        values = {
            "title_en": sent.get("title_en", ""),
            "title_zh": sent.get("title_zh", ""),
            "grades": agencies.parse_grades(sent.get("grades", "")),
            "valid_days": _days(sent.get("valid_days", "")),
            "archived": bool(sent.get("archived")),
        }
        agencies.save_agency(
            current.tx(),
            key,
            values,
            expected_version=web.form_version() if found else None,
            is_new=found is None,
            now=current.now(),
        )
    except REFUSALS as error:
        status = errors.take(error)
        return _draw(found, sent.to_dict(), errors), status
    flash(_("Saved."), "success")
    return redirect(url_for("scoring.risk"))


def _days(text: str) -> int:
    if not text.strip().isdecimal():
        said = _("Write from 1 to 3660 days.")
        raise Invalid(said, fields={"valid_days": [said]})
    return int(text.strip()[:6])


def _draw(found: Agency | None, typed: dict[str, Any], errors: Errors) -> str:
    return render_template(
        "scoring/risk_agency.html", agency=found, typed=typed, errors=errors.said
    )
