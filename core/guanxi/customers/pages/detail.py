"""One customer whole: profile, identities, consent, people, figures, timeline, plugins' panels."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask import current_app, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.access.models import User
from guanxi.customers.domain import consents, custom_fields, memberships
from guanxi.customers.domain.completeness import GAPS, completeness, missing_in
from guanxi.customers.domain.lookup import get_customer, identities_of
from guanxi.customers.domain.memberships import Member
from guanxi.customers.domain.names import NameOrder, initials
from guanxi.customers.domain.searching import Hit, search_customers
from guanxi.customers.domain.suggestions import Suggestion, suggestions_of
from guanxi.customers.domain.unmerging import merges_of
from guanxi.customers.models import Customer, CustomerActivity, CustomerTrade, CustomField
from guanxi.customers.pages.blueprint import MERGE, SENSITIVE, VIEW, pages
from guanxi.customers.pages.tag_tones import tag_tones
from guanxi.http import current, formats
from guanxi.http.language import current_language
from guanxi.http.slots import draw_slot
from guanxi.i18n import Text, _

MASK: Final = "••••"


@pages.get("/<uuid:customer_id>", permission=VIEW)
def show(customer_id: UUID) -> str | Response:
    """The customer's page; the address of a merged customer leads to the one it became."""
    customer = get_customer(current.session(), customer_id)
    if customer.id != customer_id:
        return redirect(url_for("customers.show", customer_id=customer.id))
    return draw(customer_id)


def draw(customer_id: UUID) -> str:
    """Draw the page as it stands in the database."""
    session, principal = current.session(), current.principal()
    customer = get_customer(session, customer_id)
    identities = identities_of(session, [customer.id])[customer.id]
    may_merge = principal.may(MERGE)
    return render_template(
        "customers/show.html",
        customer=customer,
        initials=_initials(customer),
        identities=identities,
        decisions=consents.latest(consents.history(session, customer.id)),
        channels=titles(consents.CHANNELS),
        purposes=titles(consents.PURPOSES),
        may_edit=principal.may("customers.edit") and customer.erased_at is None,
        may_merge=may_merge and customer.erased_at is None,
        owner=session.get(User, customer.owner_id) if customer.owner_id else None,
        members=_members(session, customer),
        found=_found(session, customer),
        activity=session.get(CustomerActivity, customer.id),
        trade=session.scalars(_trade(customer.id)).all(),
        custom=_custom(session, customer),
        tones=tag_tones(session) if customer.tags else {},
        completeness=completeness(customer, len(identities)),
        missing=[str(GAPS[key]) for key in missing_in(customer, len(identities))],
        suggestions=_suggestions(session, customer) if may_merge else [],
        merges=merges_of(session, customer.id) if may_merge else [],
        panels=draw_slot(
            "slot_customer_panel", session=session, customer=customer, now=current.now()
        ),
        parts=_parts(customer),
    )


def _parts(customer: Customer) -> dict[str, str]:
    """The addresses of what other parts of the core show about a customer, where they are there."""
    one = str(customer.id)
    addresses = {
        "timeline": ("touchpoints.of_customer", "customer_id"),
        "record": ("touchpoints.new", "customer"),
        "comments": ("work.customer_comments", "customer_id"),
        "write": ("messages.new", "customer"),
        "privacy": ("privacy.of_customer", "customer_id"),
        "gaps": ("work.make_gap_task", "customer_id"),
    }
    values: dict[str, dict[str, Any]] = {name: {name: one} for name in ("customer", "customer_id")}
    return {
        part: url_for(endpoint, **values[name])
        for part, (endpoint, name) in addresses.items()
        if endpoint in current_app.view_functions and _may(endpoint)
    }


def _may(endpoint: str) -> bool:
    permission = current.platform().route_permissions.get(endpoint)
    return permission is None or current.principal().may(permission)


def titles(texts: Mapping[str, Text]) -> dict[str, str]:
    """Return the titles of a fixed list in the reader's language."""
    return {key: text.in_language(current_language()) for key, text in texts.items()}


def _initials(customer: Customer) -> str:
    if customer.kind != "person" or not (customer.family_name or customer.given_name):
        return initials(customer.display_name, "")
    order = NameOrder(customer.name_order)
    return initials(customer.family_name or "", customer.given_name or "", order)


def _members(session: Session, customer: Customer) -> Sequence[Member]:
    of = memberships.organisations_of if customer.kind == "person" else memberships.people_of
    return of(session, customer.id)


def _found(session: Session, customer: Customer) -> list[Hit]:
    """Whom the person looked for to join with this customer, of the other kind only."""
    text = request.args.get("member", "")
    hits = search_customers(session, text, limit=20) if text else []
    return [hit for hit in hits if hit.kind != customer.kind]


def _suggestions(session: Session, customer: Customer) -> list[Suggestion]:
    return suggestions_of(session, customer.id) if customer.erased_at is None else []


def _trade(customer_id: UUID) -> Any:
    return (
        select(CustomerTrade)
        .where(CustomerTrade.customer_id == customer_id)
        .order_by(CustomerTrade.revenue.desc())
    )


def _custom(session: Session, customer: Customer) -> list[dict[str, Any]]:
    may = current.principal().may(SENSITIVE)
    chinese = current_language() == "zh"
    return [
        {
            "label": field.title_zh if chinese else field.title_en,
            "value": custom_text(field, customer.custom.get(field.key))
            if may or not field.sensitive
            else MASK,
        }
        for field in custom_fields.all_fields(session)
        if not field.archived and field.applies_to in ("both", customer.kind)
    ]


def custom_text(field: CustomField, value: Any) -> str:
    """Return the value of a custom field as the reader's language writes it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.type in ("number", "money"):
        return formats.number(Decimal(value))
    if field.type == "date":
        return formats.day(date.fromisoformat(value))
    return str(value)
