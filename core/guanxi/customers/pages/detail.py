"""One customer whole: profile, identities, consent, people, figures, timeline, plugins' panels."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.access.models import User
from guanxi.customers.domain import consents, custom_fields, memberships
from guanxi.customers.domain.lookup import get_customer, identities_of
from guanxi.customers.models import Customer, CustomerActivity, CustomerTrade
from guanxi.customers.pages.blueprint import VIEW, pages
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.slots import draw_slot
from guanxi.i18n import Text


@pages.get("/<uuid:customer_id>", permission=VIEW)
def show(customer_id: UUID) -> str | Response:
    """The customer's page; the address of a merged customer leads to the one it became."""
    session = current.session()
    customer = get_customer(session, customer_id)
    identities = identities_of(session, [customer.id])[customer.id]
    if customer.id != customer_id:
        return redirect(url_for("customers.show", customer_id=customer.id))
    return render_template(
        "customers/show.html",
        customer=customer,
        identities=identities,
        decisions=consents.latest(consents.history(session, customer.id)),
        channels=_titles(consents.CHANNELS),
        purposes=_titles(consents.PURPOSES),
        may_edit=current.principal().may("customers.edit"),
        owner=session.get(User, customer.owner_id) if customer.owner_id else None,
        members=_members(customer),
        activity=session.get(CustomerActivity, customer.id),
        trade=session.scalars(_trade(customer.id)).all(),
        custom=_custom(customer),
        completeness=completeness(customer, len(identities)),
        panels=draw_slot(
            "slot_customer_panel", session=session, customer=customer, now=current.now()
        ),
        timeline_url=url_for("touchpoints.of_customer", customer_id=customer.id),
        tab=request.args.get("tab", "timeline"),
    )


def completeness(customer: Customer, identities: int) -> int:
    """Return how complete the record is, in percent of what staff are asked to know (信息完整度)."""
    known = (
        customer.display_name,
        identities,
        customer.country,
        customer.city,
        customer.language,
        customer.owner_id,
        customer.birthday if customer.kind == "person" else customer.street,
        customer.tags,
    )
    return round(100 * sum(1 for value in known if value) / len(known))


def _members(customer: Customer) -> Any:
    session = current.session()
    if customer.kind == "person":
        return memberships.organisations_of(session, customer.id)
    return memberships.people_of(session, customer.id)


def _titles(texts: Mapping[str, Text]) -> dict[str, str]:
    return {key: text.in_language(current_language()) for key, text in texts.items()}


def _trade(customer_id: UUID) -> Any:
    return (
        select(CustomerTrade)
        .where(CustomerTrade.customer_id == customer_id)
        .order_by(CustomerTrade.revenue.desc())
    )


def _custom(customer: Customer) -> list[dict[str, Any]]:
    sensitive = current.principal().may("customers.sensitive")
    found = []
    for field in custom_fields.all_fields(current.session()):
        if field.archived or field.applies_to not in ("both", customer.kind):
            continue
        value = customer.custom.get(field.key)
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        title = field.title_zh if current_language() == "zh" else field.title_en
        found.append(
            {"label": title, "value": shown if sensitive or not field.sensitive else "••••"}
        )
    return found
