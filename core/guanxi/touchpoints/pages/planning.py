"""Planned contacts: what I mean to do next, planning one, giving one up."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.errors import Conflict
from guanxi.http import current
from guanxi.http.language import zone
from guanxi.http.redirects import safe_path
from guanxi.i18n import _
from guanxi.touchpoints.domain import planning
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.pages.blueprint import EDIT, VIEW, pages
from guanxi.touchpoints.pages.planned_day import planned_day
from guanxi.touchpoints.pages.words import customer_names, words

AHEAD: Final = timedelta(days=30)


@pages.get("/planned", permission=VIEW)
def list_plans() -> str:
    """What the reader has planned for the next thirty days, overdue contacts first."""
    session, me = current.session(), current.principal().user_id
    today = current.now().astimezone(zone()).date()
    plans = planning.due(session, me, until=today + AHEAD, limit=200) if me else []
    return render_template(
        "touchpoints/planned.html",
        plans=plans,
        today=today,
        words=words(session),
        customers=customer_names(session, [plan.customer_id for plan in plans]),
        may_edit=current.principal().may(EDIT),
    )


@pages.post("/planned/of/<uuid:customer_id>", permission=EDIT)
def plan(customer_id: UUID) -> Response:
    """Plan the next contact with a customer."""
    form = request.form
    day = planned_day(form.get("plan_on", ""))
    if day is None:
        raise InvalidField("Enter a day such as 2026-12-31.", field="plan_on")
    wish = planning.Plan(
        customer_id=customer_id,
        due_on=day,
        staff_id=current.principal().user_id,
        note=form.get("plan_note") or None,
    )
    planning.plan_contact(current.tx(), wish, now=current.now())
    flash(_("The contact is planned."), "success")
    return redirect(url_for("customers.show", customer_id=customer_id))


@pages.post("/planned/<uuid:plan_id>/cancel", permission=EDIT)
def cancel_plan(plan_id: UUID) -> Response:
    """Give a planned contact up."""
    try:
        planning.cancel(current.tx(), plan_id, now=current.now())
    except Conflict as error:
        flash(_(error.message, **error.params), "error")
    else:
        flash(_("The planned contact is cancelled."), "success")
    return redirect(safe_path(request.form.get("next"), url_for("touchpoints.list_plans")))
