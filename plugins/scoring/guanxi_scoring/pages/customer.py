"""One customer: every score, its strongest reasons, what it came from, what it crossed."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import current, customers
from guanxi_scoring.pages.blueprint import VIEW, pages
from guanxi_scoring.pages.customer_scores import drawn_scores
from guanxi_scoring.pages.thresholds import sides_of
from guanxi_scoring.texts import _


@pages.get("/customers/<uuid:customer_id>", permission=VIEW)
def customer(customer_id: UUID) -> str | Response:
    """Everything that is predicted of one customer, for who may see the customer."""
    session = current.session()
    found = customers.get(session, customer_id)
    if found.id != customer_id:
        return redirect(url_for("scoring.customer", customer_id=found.id))
    return render_template(
        "scoring/customer.html",
        customer=found,
        name=found.display_name or _("Erased customer"),
        **_shown(session, found),
    )


def _shown(session: Session, found: Any) -> dict[str, Any]:
    if found.erased_at is not None:
        return {"scores": [], "alarms": [], "sides": []}
    scores = drawn_scores(session, found.id, bounds=True)
    return {
        "scores": scores,
        "alarms": list(dict.fromkeys(one["alarm"] for one in scores if one["alarm"])),
        "sides": sides_of(session, found.id),
    }
