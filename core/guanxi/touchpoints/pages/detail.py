"""One touchpoint with its lines and its history, and taking it back."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.audit.query import AuditFilter, entries
from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.etag import form_version
from guanxi.i18n import _
from guanxi.touchpoints.domain import reading
from guanxi.touchpoints.domain.corrections import void
from guanxi.touchpoints.domain.drafts import OWN_SOURCE
from guanxi.touchpoints.domain.stored_lines import lines_of
from guanxi.touchpoints.pages.blueprint import EDIT, VIEW, pages
from guanxi.touchpoints.pages.form_values import form_errors
from guanxi.touchpoints.pages.words import DIRECTIONS, customer_names, staff_names, words


@pages.get("/<uuid:touchpoint_id>", permission=VIEW)
def show(touchpoint_id: UUID) -> str:
    """The touchpoint's page."""
    return _draw(touchpoint_id, {})


@pages.post("/<uuid:touchpoint_id>/void", permission=EDIT)
def void_touchpoint(touchpoint_id: UUID) -> Response | tuple[str, int]:
    """Take the touchpoint back, with the reason."""
    form = request.form
    try:
        void(
            current.tx(),
            touchpoint_id,
            form.get("reason", ""),
            now=current.now(),
            expected_version=form_version(),
        )
    except GuanxiError as error:
        return _draw(touchpoint_id, form_errors(error)), error.status
    flash(_("The touchpoint is voided."), "success")
    return redirect(url_for("touchpoints.show", touchpoint_id=touchpoint_id))


def _draw(touchpoint_id: UUID, errors: dict[str, str]) -> str:
    session = current.session()
    touchpoint = reading.get(session, touchpoint_id)
    history, _more = entries(
        session, AuditFilter(subject_kind="touchpoint", subject_id=str(touchpoint_id)), limit=30
    )
    person = current.principal()
    return render_template(
        "touchpoints/show.html",
        touchpoint=touchpoint,
        lines=lines_of(session, touchpoint_id),
        words=words(session),
        direction=dict(DIRECTIONS)[touchpoint.direction],
        own=touchpoint.source == OWN_SOURCE,
        customer=_only(customer_names(session, [touchpoint.customer_id])),
        staff=_only(staff_names(session, [touchpoint.staff_id])),
        history=history,
        errors=errors,
        may_edit=person.may(EDIT) and touchpoint.state == "recorded",
    )


def _only(names: dict[UUID, str]) -> str | None:
    return next(iter(names.values()), None)
