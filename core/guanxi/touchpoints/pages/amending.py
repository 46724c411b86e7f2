"""Amend a touchpoint in the form that recorded it; only fields that were changed count."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.etag import form_version
from guanxi.i18n import _
from guanxi.touchpoints.domain import reading
from guanxi.touchpoints.domain.corrections import amend
from guanxi.touchpoints.domain.facts import draft_of
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.pages.blueprint import EDIT, pages
from guanxi.touchpoints.pages.form_values import (
    LINES_IN_FORM,
    draft_values,
    form_errors,
    values_of,
)
from guanxi.touchpoints.pages.form_view import draw_form

FORM: Final = "touchpoints/amend.html"
LINES_HIDDEN: Final = "lines_hidden"
"""Set where a receipt is too long for the form; its lines then stay as they are."""
_TRADE: Final = ("amount", "currency")


@pages.get("/<uuid:touchpoint_id>/amend", permission=EDIT)
def edit(touchpoint_id: UUID) -> str:
    """The form with what is recorded."""
    values = _recorded_values(touchpoint_id)
    return _draw(touchpoint_id, values, {})


@pages.post("/<uuid:touchpoint_id>/amend", permission=EDIT)
def save(touchpoint_id: UUID) -> Response | str | tuple[str, int]:
    """Store what was changed; the form comes back with what is wrong."""
    form = request.form
    if "find" in form:
        return _draw(touchpoint_id, form, {})
    try:
        amend(
            current.tx(),
            touchpoint_id,
            _changes(_recorded_values(touchpoint_id), form),
            now=current.now(),
            reason=form.get("reason") or None,
            expected_version=form_version(),
        )
    except GuanxiError as error:
        return _draw(touchpoint_id, form, form_errors(error)), error.status
    flash(_("The touchpoint is amended."), "success")
    return redirect(url_for("touchpoints.show", touchpoint_id=touchpoint_id))


def _recorded_values(touchpoint_id: UUID) -> dict[str, str]:
    session = current.session()
    touchpoint = reading.get(session, touchpoint_id)
    lines = lines_of(session, touchpoint_id)
    values = values_of(draft_of(touchpoint, lines)) | {"version": str(touchpoint.version)}
    return values | ({LINES_HIDDEN: "1"} if len(lines) > LINES_IN_FORM else {})


def _changes(recorded: Mapping[str, str], form: Mapping[str, str]) -> dict[str, Any]:
    """Return the new values of those fields that are no longer as they were shown."""
    values = draft_values(form)
    changed = {
        name: value
        for name, value in values.items()
        if name not in ("lines", *_TRADE) and form.get(name, "") != recorded.get(name, "")
    }
    changed_kind = "kind" in changed
    same_lines = LINES_HIDDEN in recorded or _lines_shown(form) == _lines_shown(recorded)
    if not same_lines or (changed_kind and LINES_HIDDEN not in recorded):
        changed["lines"] = values["lines"]
    if changed_kind or any(form.get(n, "") != recorded.get(n, "") for n in _TRADE):
        changed |= {name: values[name] for name in _TRADE}
    elif "lines" in changed:
        changed["amount"] = None
    return changed


def _lines_shown(values: Mapping[str, str]) -> dict[str, str]:
    return {n: v for n, v in values.items() if n.startswith("line-") and v}


def _draw(touchpoint_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return draw_form(
        FORM, values, errors, touchpoint_id=touchpoint_id, lines_hidden=LINES_HIDDEN in values
    )
