"""One customer: what to offer next and why, and what the customer prefers, to confirm or reject."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, NotFound, PreconditionFailed, current, customers, web
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.mining import deciding
from guanxi_scoring.pages.blueprint import DECIDE, VIEW, pages
from guanxi_scoring.pages.mining_words import dimension_words, state_words, value_words
from guanxi_scoring.products import offers, standing
from guanxi_scoring.products.explaining import reasons
from guanxi_scoring.texts import _


@pages.get("/customers/<uuid:customer_id>/preferences", permission=VIEW)
def preferences(customer_id: UUID) -> str | Response:
    """What to offer and what is preferred, for who may see the customer."""
    session = current.session()
    found = customers.get(session, customer_id)
    if found.id != customer_id:
        return redirect(url_for("scoring.preferences", customer_id=found.id))
    return render_template(
        "scoring/preferences.html",
        customer=found,
        name=found.display_name or _("Erased customer"),
        products=_products(session, found.id),
        preferences=_preferences(session, found.id),
        may_decide=current.principal().may(DECIDE),
    )


@pages.post("/customers/<uuid:customer_id>/offers", permission=DECIDE)
def offer_product(customer_id: UUID) -> Response:
    """Note that a product is offered; say if the customer is held back."""
    session = current.tx()
    found = customers.get(session, customer_id).id
    made = offers.offer(session, found, request.form.get("product", ""), now=current.now())
    if made.arm == "control":
        flash(
            _("Please do not offer it: this customer is in the group to compare with."), "warning"
        )
    else:
        flash(_("Noted as offered."), "success")
    return _back(found)


@pages.post("/customers/<uuid:customer_id>/preferences", permission=DECIDE)
def decide_preference(customer_id: UUID) -> Response:
    """Confirm a preference, or reject it for good."""
    session, form = current.tx(), request.form
    found = customers.get(session, customer_id).id
    try:
        deciding.decide_preference(
            session,
            found,
            (form.get("dimension", ""), form.get("value", "")),
            form.get("decision", ""),
            said_by=form.get("said_by", "staff"),
            reason=form.get("reason", ""),
            now=current.now(),
            version=web.form_version(),
        )
    except (Invalid, NotFound, PreconditionFailed) as error:
        web.drop_transaction()
        flash(web.sentence(error), "warning")
        return _back(found)
    flash(_("Saved. It stays so, whatever the data say."), "success")
    return _back(found)


def _products(session: Session, customer_id: UUID) -> list[dict[str, Any]]:
    found = standing.next_products(session, customer_id, current.now())
    named = [code for one in found for code in (one.product, *one.because)]
    names = standing.descriptions(session, named)
    return [
        {
            "one": one,
            "name": names[one.product],
            "why": [
                said(reason.sentence)
                for reason in reasons(one.source, [names[code] for code in one.because])
            ],
        }
        for one in found
    ]


def _preferences(session: Session, customer_id: UUID) -> list[dict[str, Any]]:
    found = deciding.preferences_of(session, customer_id)
    words, states = dimension_words(), state_words()
    values = value_words(session, [(one.dimension, one.value) for one in found])
    return [
        {
            "one": one,
            "dimension": words[one.dimension],
            "value": values[one.dimension, one.value],
            "share": one.evidence / one.of if one.of else 0,
            "state": states[one.state],
            "dialog": f"reject-{place}",
        }
        for place, one in enumerate(found)
    ]


def _back(customer_id: UUID) -> Response:
    return redirect(url_for("scoring.preferences", customer_id=customer_id))
