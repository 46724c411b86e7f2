"""Ask for a reward by hand, for one customer."""

from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.customers.domain.lookup import get_customer
from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.i18n import _
from guanxi.ids import new_id
from guanxi.rewards.domain import requesting
from guanxi.rewards.domain.requesting import RewardDraft
from guanxi.rewards.pages.blueprint import REQUEST, form_errors, kind_titles, pages
from guanxi.touchpoints.pages.form_values import number

SOURCE = "staff"


@pages.get("/new/<uuid:customer_id>", permission=REQUEST)
def new(customer_id: UUID) -> str:
    """The form."""
    return _draw(customer_id, {"token": new_id().hex}, {})


@pages.post("/new/<uuid:customer_id>", permission=REQUEST)
def create(customer_id: UUID) -> Response | tuple[str, int]:
    """Ask; the form comes back with what is wrong."""
    form = request.form
    try:
        draft = RewardDraft(
            customer_id=customer_id,
            kind=form.get("kind", ""),
            amount=number(form.get("amount", ""), "amount"),
            unit=form.get("unit") or None,
            reason=form.get("reason", ""),
            source=SOURCE,
            idempotency_key=form.get("token", ""),
        )
        made = requesting.request(current.tx(), draft, now=current.now())
    except GuanxiError as error:
        return _draw(customer_id, form, form_errors(error)), error.status
    flash(_("The reward is asked for."), "success")
    return redirect(url_for("rewards.show", reward_id=made.id))


def _draw(customer_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "rewards/new.html",
        customer=get_customer(current.session(), customer_id),
        kinds=list(kind_titles().items()),
        values=values,
        errors=errors,
    )
