"""Record a touchpoint by hand: one form, few fields, what is needed for most contacts filled in."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.i18n import _
from guanxi.ids import new_id
from guanxi.touchpoints.domain import planning
from guanxi.touchpoints.domain.drafts import OWN_SOURCE, TRADE, Draft
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.domain.recording import Recorded, record
from guanxi.touchpoints.pages.blueprint import EDIT, pages
from guanxi.touchpoints.pages.form_values import (
    LINES_IN_FORM,
    LINES_OFFERED,
    draft_values,
    empty_values,
    form_errors,
    identifier,
)
from guanxi.touchpoints.pages.form_view import draw_form
from guanxi.touchpoints.pages.planned_day import planned_day

FORM = "touchpoints/new.html"


@pages.get("/new", permission=EDIT)
def new() -> str:
    """The form; ``?customer=`` and ``?kind=`` fill in what is known already."""
    known = {"token": new_id().hex, "customer_id": request.args.get("customer", "")}
    values = empty_values() | known
    kind = request.args.get("kind")
    if kind:
        values["kind"] = kind
    if kind in TRADE:
        values["channel"] = "store"
    return draw_form(FORM, values, {})


@pages.post("/new", permission=EDIT)
def create() -> Response | str | tuple[str, int]:
    """Record it; the form comes back with what is wrong, or with the customers it found."""
    form = request.form
    if "find" in form:
        return draw_form(FORM, form, {})
    session = current.tx()
    try:
        recorded = _record(session, form)
        _settle_plans(session, form, recorded)
    except GuanxiError as error:
        return draw_form(FORM, form, form_errors(error)), error.status
    flash(_("The touchpoint is recorded."), "success")
    if recorded.customer_id is None:
        return redirect(url_for("touchpoints.show", touchpoint_id=recorded.id))
    return redirect(url_for("customers.show", customer_id=recorded.customer_id))


@pages.get("/new/lines", permission=EDIT)
def more_lines() -> str:
    """Some more empty lines for a receipt; ``?from=`` is the number of the first."""
    start = request.args.get("from", "")
    first = int(start) if start.isdecimal() and len(start) < 4 else LINES_OFFERED
    last = min(first + LINES_OFFERED, LINES_IN_FORM)
    return render_template("touchpoints/_more_lines.html", first=first, last=last, values={})


def _record(session: Session, form: Mapping[str, str]) -> Recorded:
    values = draft_values(form)
    if values["customer_id"] is None and not form.get("customer_id"):
        raise InvalidField(
            "Choose the customer, or say that nobody is known yet.", field="customer_id"
        )
    # The form's own token is its external id: sent twice by a double click, it is recorded once.
    token = form.get("token", "")
    if not (token.isalnum() and token.isascii()):
        raise Invalid("This form is not complete. Open it again.")
    draft = Draft(**values, source=OWN_SOURCE, external_id=f"form:{token[:64]}")
    return record(session, draft, now=current.now())


def _settle_plans(session: Session, form: Mapping[str, str], recorded: Recorded) -> None:
    if not recorded.created:
        return
    completes = identifier(form.get("completes", ""), "completes")
    if completes is not None:
        planning.complete(session, completes, recorded.id, now=current.now())
    day = planned_day(form.get("plan_on", ""))
    if day is None:
        return
    if recorded.customer_id is None:
        raise InvalidField("Choose the customer whom you plan to contact.", field="customer_id")
    plan = planning.Plan(
        customer_id=recorded.customer_id,
        due_on=day,
        staff_id=current.principal().user_id,
        note=form.get("plan_note") or None,
    )
    planning.plan_contact(session, plan, now=current.now())
