"""Purchases of which nobody knows whose they are: by hint, and giving them to a customer."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.paging import encode_cursor, place_from
from guanxi.i18n import ngettext
from guanxi.touchpoints.domain import assigning, assigning_known
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.pages.blueprint import EDIT, pages
from guanxi.touchpoints.pages.customer_choice import chosen_customer, found_customers
from guanxi.touchpoints.pages.form_values import form_errors, identifier
from guanxi.touchpoints.pages.words import words

GROUPS: Final = 50
ROWS: Final = 50


@pages.get("/unassigned", permission=EDIT)
def unassigned() -> str:
    """The hints that sources gave, each with how many touchpoints and what they are worth."""
    session = current.session()
    after = request.args.get("after", "")[:300] or None
    groups = assigning.hint_groups(session, after=after, limit=GROUPS)
    hints = {group.hint for group in groups}
    following = groups[-1].hint if len(hints) == GROUPS else None
    return render_template(
        "touchpoints/unassigned.html",
        groups=groups,
        nameless=assigning.anonymous_groups(session),
        next_url=url_for("touchpoints.unassigned", after=following) if following else None,
        first_url=url_for("touchpoints.unassigned") if after else None,
    )


@pages.post("/unassigned", permission=EDIT)
def assign_known() -> Response:
    """Give all to those whom their hints name."""
    count = assigning_known.assign_known(current.tx(), now=current.now())
    flash(
        ngettext("%(num)s touchpoint is assigned.", "%(num)s touchpoints are assigned.", count),
        "success" if count else "info",
    )
    return redirect(url_for("touchpoints.unassigned"))


@pages.get("/unassigned/some", permission=EDIT)
def unassigned_of() -> str:
    """The touchpoints with one hint (``?hint=``), or those without any."""
    return _draw(request.args, {})


@pages.post("/unassigned/some", permission=EDIT)
def assign() -> Response | str | tuple[str, int]:
    """Give the selected ones, or all with this hint, to a customer."""
    form = request.form
    if "find" in form:
        return _draw(form, {})
    try:
        count = _assign(form)
    except GuanxiError as error:
        return _draw(form, form_errors(error)), error.status
    flash(
        ngettext("%(num)s touchpoint is assigned.", "%(num)s touchpoints are assigned.", count),
        "success",
    )
    return redirect(url_for("touchpoints.unassigned"))


def _assign(form: Mapping[str, str]) -> int:
    customer_id = identifier(form.get("customer_id", ""), "customer_id")
    if customer_id is None:
        raise InvalidField("Choose the customer.", field="customer_id")
    session, now, hint = current.tx(), current.now(), form.get("hint", "")
    if "all" in form and hint:
        return assigning.assign_hint(session, hint, customer_id, now=now)
    ids = [found for text in request.form.getlist("ids") if (found := identifier(text, "ids"))]
    if not ids:
        raise InvalidField("Select the touchpoints that belong to the customer.", field="ids")
    return assigning.assign(session, ids, customer_id, now=now)


def _draw(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    session = current.session()
    hint = values.get("hint", "")[:300] or None
    found = assigning.unassigned(
        session, hint=hint, after=place_from(values.get("after")), limit=ROWS + 1
    )
    rows = found[:ROWS]
    return render_template(
        "touchpoints/unassigned_of.html",
        hint=hint,
        rows=rows,
        values=values,
        errors=errors,
        words=words(session),
        selected=request.form.getlist("ids"),
        customer=chosen_customer(session, _id(values)),
        hits=found_customers(session, values.get("customer_query", hint or "")),
        next_url=_next_url(hint, rows[-1]) if len(found) > ROWS else None,
    )


def _id(values: Mapping[str, str]) -> UUID | None:
    try:
        return identifier(values.get("customer_id", ""), "customer_id")
    except GuanxiError:
        return None


def _next_url(hint: str | None, last: Any) -> str:
    after = encode_cursor((last.occurred_at, last.id))
    return url_for("touchpoints.unassigned_of", hint=hint or "", after=after)
