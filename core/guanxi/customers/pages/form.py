"""Create a customer, unless they seem to be there already, and change one field by field."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.customers.domain import custom_fields, tagging
from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.lookup import get_customer, visible
from guanxi.customers.domain.match_records import draft_record
from guanxi.customers.domain.matching import similar_to
from guanxi.customers.models import Customer, CustomField
from guanxi.customers.pages import form_values
from guanxi.customers.pages.blueprint import EDIT, SENSITIVE, pages, sentences
from guanxi.customers.pages.owners import owner_options
from guanxi.customers.pages.reasons import told_reasons
from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.i18n import _

_FORM: Final = "customers/form.html"


@pages.get("/new", permission=EDIT)
def new() -> str:
    """The form for a new customer."""
    kind = "organisation" if request.args.get("kind") == "organisation" else "person"
    return _draw(None, kind, {"name_order": _usual_order()}, {})


@pages.post("/new", permission=EDIT)
def create() -> Response | tuple[str, int]:
    """Create the customer; the form comes back with what is wrong, or with who looks the same."""
    form, kind = request.form, _kind()
    fields = _fields(kind)
    typed = form_values.typed_values(form, kind, fields)
    values = {**typed, **{name: form.get(name, "") for name in ("email", "phone", "source")}}
    try:
        draft = _draft(typed, kind, fields)
        similar = [] if form.get("anyway") == "1" else _similar(draft)
        if similar:
            return _draw(None, kind, values, {}, similar=similar), 409
        customer = create_customer(current.tx(), draft, now=current.now())
    except GuanxiError as error:
        return _draw(None, kind, values, sentences(error)), error.status
    flash(_("Created."), "success")
    return redirect(url_for("customers.show", customer_id=customer.id))


@pages.get("/<uuid:customer_id>/edit", permission=EDIT)
def edit(customer_id: UUID) -> str:
    """The form of a customer."""
    customer = get_customer(current.session(), customer_id)
    return _draw(
        customer, customer.kind, form_values.stored_values(customer, _fields(customer.kind)), {}
    )


@pages.post("/<uuid:customer_id>/edit", permission=EDIT)
def save(customer_id: UUID) -> Response | tuple[str, int]:
    """Change what the person changed; what somebody else changed meanwhile stays.

    Where both changed the same field, the form comes back with both values.
    """
    session = current.tx()
    customer = get_customer(session, customer_id, lock=True)
    fields = _fields(customer.kind)
    typed = form_values.typed_values(request.form, customer.kind, fields)
    stored = form_values.stored_values(customer, fields)
    was = form_values.unpack(request.form.get("was", ""))
    changed, contested = form_values.changed_names(was, typed, stored)
    if contested:
        return _draw(customer, customer.kind, typed, _contested(contested, stored)), 409
    try:
        changes = form_values.changes_from(typed, changed, fields)
        change_customer(session, customer.id, changes, now=current.now())
    except GuanxiError as error:
        return _draw(customer, customer.kind, typed, sentences(error)), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("customers.show", customer_id=customer.id))


def _kind() -> str:
    return "organisation" if request.form.get("kind") == "organisation" else "person"


def _usual_order() -> str:
    return "eastern" if current.principal().language == "zh" else "western"


def _draft(typed: Mapping[str, Any], kind: str, fields: Sequence[CustomField]) -> CustomerDraft:
    region = current.platform().settings.get("core")["phone_region"]
    identities = form_values.identities_from(request.form, region)
    return form_values.draft_from(typed, kind, fields, identities)


def _similar(draft: CustomerDraft) -> list[dict[str, Any]]:
    session = current.session()
    found = similar_to(session, draft_record(draft))
    seen = visible(session, [customer_id for customer_id, _match in found])
    rows = session.execute(select(Customer.id, Customer.display_name).where(Customer.id.in_(seen)))
    names = dict(rows.all())
    return [
        {
            "id": one,
            "name": names[one],
            "score": match.score,
            "reasons": told_reasons(match.reasons),
        }
        for one, match in found
        if one in names
    ]


def _contested(names: Sequence[str], stored: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: _(
            "Somebody changed this meanwhile to “%(value)s”. Save again to put yours in its place.",
            value=stored[name],
        )
        for name in names
    }


def _fields(kind: str) -> list[CustomField]:
    """The custom fields of the form; sensitive ones only for those who may see them."""
    may = current.principal().may(SENSITIVE)
    return [
        field
        for field in custom_fields.all_fields(current.session())
        if not field.archived
        and field.applies_to in ("both", kind)
        and (may or not field.sensitive)
    ]


def _draw(
    customer: Customer | None,
    kind: str,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    similar: Sequence[Mapping[str, Any]] = (),
) -> str:
    session = current.session()
    fields = _fields(kind)
    was = form_values.stored_values(customer, fields) if customer else {}
    return render_template(
        _FORM,
        customer=customer,
        kind=kind,
        values=values,
        was=form_values.pack(was),
        errors=errors,
        similar=similar,
        owners=[("", "–"), *owner_options(session)],
        tags=[tag.name for tag in tagging.all_tags(session)],
        custom=fields,
    )
