"""Create and change a customer, and the small changes made right on the customer's page."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.access.models import User
from guanxi.customers.domain import closing, consents, custom_fields, tagging
from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.identities import Identity
from guanxi.customers.domain.identity_changes import add_identity, remove_identity
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.models import Customer
from guanxi.customers.pages.blueprint import EDIT, pages
from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.i18n import _

TEXTS = ("language", "country", "region", "city", "street", "postcode", "note")
NAMES = {"person": ("family_name", "given_name", "name_order"), "organisation": ("name",)}


@pages.get("/new", permission=EDIT)
def new() -> str:
    """The form for a new customer."""
    kind = "organisation" if request.args.get("kind") == "organisation" else "person"
    return _draw(None, {"kind": kind, "name_order": "eastern"}, {})


@pages.post("/new", permission=EDIT)
def create() -> Response | tuple[str, int]:
    """Create the customer; the form comes back with what is wrong."""
    form = request.form
    try:
        draft = CustomerDraft(
            kind=form.get("kind", "person"),
            birthday=_birthday(form.get("birthday", "")),
            owner_id=_uuid(form.get("owner_id", "")),
            tags=_tags(form.get("tags", "")),
            custom=_custom(form),
            source=form.get("source") or None,
            identities=tuple(_identities(form)),
            **{name: form.get(name) or None for name in (*TEXTS, *_name_fields(form))},  # type: ignore[arg-type]
        )
        customer = create_customer(current.tx(), draft, now=current.now())
    except GuanxiError as error:
        return _draw(None, form, _errors(error)), error.status
    flash(_("Created."), "success")
    return redirect(url_for("customers.show", customer_id=customer.id))


@pages.get("/<uuid:customer_id>/edit", permission=EDIT)
def edit(customer_id: UUID) -> str:
    """The form of a customer."""
    customer = get_customer(current.session(), customer_id)
    return _draw(customer, _values(customer), {})


@pages.post("/<uuid:customer_id>/edit", permission=EDIT)
def save(customer_id: UUID) -> Response | tuple[str, int]:
    """Change the customer, unless somebody else did meanwhile."""
    form = request.form
    names = (*TEXTS, *_name_fields(form))
    try:
        changes: dict[str, Any] = {name: form.get(name) or None for name in names}
        changes["birthday"] = _birthday(form.get("birthday", ""))
        changes["owner_id"] = _uuid(form.get("owner_id", ""))
        changes["tags"] = list(_tags(form.get("tags", "")))
        changes["custom"] = _custom(form)
        change_customer(
            current.tx(),
            customer_id,
            changes,
            expected_version=_number(form.get("version", "")),
            now=current.now(),
        )
    except GuanxiError as error:
        customer = get_customer(current.session(), customer_id)
        return _draw(customer, form, _errors(error)), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("customers.show", customer_id=customer_id))


@pages.post("/<uuid:customer_id>/identities", permission=EDIT)
def new_identity(customer_id: UUID) -> Response:
    """Add an e-mail address, a phone number, an id elsewhere or a social account."""
    form = request.form
    identity = _identity(form.get("kind", ""), form.get("value", ""), form.get("source", ""))
    add_identity(current.tx(), customer_id, identity, now=current.now())
    return _back(customer_id)


@pages.post("/<uuid:customer_id>/identities/<uuid:identity_id>/remove", permission=EDIT)
def drop_identity(customer_id: UUID, identity_id: UUID) -> Response:
    """Take an identity off."""
    remove_identity(current.tx(), customer_id, identity_id, now=current.now())
    return _back(customer_id)


@pages.post("/<uuid:customer_id>/consent", permission=EDIT)
def decide_consent(customer_id: UUID) -> Response:
    """Note that the customer gave or withdrew a consent."""
    form = request.form
    decision = consents.Decision(
        channel=form.get("channel", ""),
        purpose=form.get("purpose", ""),
        given=form.get("given") == "1",
        evidence=form.get("evidence", ""),
    )
    consents.record_consent(current.tx(), customer_id, decision, now=current.now())
    return _back(customer_id)


@pages.post("/<uuid:customer_id>/close", permission=EDIT)
def close(customer_id: UUID) -> Response:
    """End the relation: no marketing through any channel from now on."""
    closing.close_customer(
        current.tx(), customer_id, request.form.get("reason", ""), now=current.now()
    )
    return _back(customer_id)


@pages.post("/<uuid:customer_id>/reopen", permission=EDIT)
def reopen(customer_id: UUID) -> Response:
    """Take the relation up again, at the customer's wish."""
    closing.reopen_customer(
        current.tx(),
        customer_id,
        request.form.get("occasion", ""),
        request.form.get("note", ""),
        now=current.now(),
    )
    return _back(customer_id)


def _back(customer_id: UUID) -> Response:
    flash(_("Saved."), "success")
    return redirect(url_for("customers.show", customer_id=customer_id))


def _draw(customer: Customer | None, values: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    session = current.session()
    kind = customer.kind if customer else values.get("kind", "person")
    people = session.execute(select(User.id, User.name).where(User.active).order_by(User.name))
    fields = custom_fields.all_fields(session)
    return render_template(
        "customers/form.html",
        customer=customer,
        kind=kind,
        values=values,
        errors=errors,
        owners=[("", "–"), *((str(row.id), row.name) for row in people)],
        tags=[tag.name for tag in tagging.all_tags(session)],
        custom=[f for f in fields if not f.archived and f.applies_to in ("both", kind)],
    )


def _values(customer: Customer) -> dict[str, Any]:
    names = (*TEXTS, "family_name", "given_name", "name_order", "version", "birthday")
    values = {name: getattr(customer, name) for name in names}
    values |= {f"custom.{key}": value for key, value in customer.custom.items()}
    values["name"] = customer.display_name
    values["owner_id"] = str(customer.owner_id or "")
    values["tags"] = ", ".join(customer.tags)
    return values


def _name_fields(form: Mapping[str, str]) -> tuple[str, ...]:
    return NAMES["organisation" if form.get("kind") == "organisation" else "person"]


def _identities(form: Mapping[str, str]) -> list[Identity]:
    return [
        _identity(kind, form[kind]) for kind in ("email", "phone") if form.get(kind, "").strip()
    ]


def _identity(kind: str, text: str, source: str = "") -> Identity:
    region = current.platform().settings.get("core")["phone_region"]
    return read_identity(kind, text, source=source, region=region)


def _custom(form: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for field in custom_fields.all_fields(current.session()):
        name = f"custom.{field.key}"
        if field.type == "choices":
            chosen = request.form.getlist(name)
            if chosen:
                given[field.key] = chosen
        elif field.type == "boolean":
            if name in form or f"{name}.shown" in form:
                given[field.key] = form.get(name) == "1"
        elif name in form:
            given[field.key] = form[name].strip() or None
    return given


def _tags(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _birthday(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidCustomer("Write the birthday like 1990-12-31.", field="birthday") from None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("Choose from the list.") from None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _errors(error: GuanxiError) -> dict[str, str]:
    sentence = _(error.message, **error.params)
    fields = error.fields if isinstance(error, Invalid) else {}
    return dict.fromkeys(fields, sentence) or {"": sentence}
