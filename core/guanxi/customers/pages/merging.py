"""Merge two customers side by side, with a choice per field, and take a merge back."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.customers.domain import custom_fields
from guanxi.customers.domain.custom_values import sensitive_keys
from guanxi.customers.domain.lookup import get_customer, identities_of
from guanxi.customers.domain.merge_fields import CUSTOM, GROUPS
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.searching import search_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.customers.models import Customer
from guanxi.customers.pages.blueprint import MERGE, SENSITIVE, pages, sentence
from guanxi.customers.pages.owners import owner_names
from guanxi.errors import GuanxiError
from guanxi.http import current, formats
from guanxi.http.language import current_language
from guanxi.http.transaction import drop_transaction
from guanxi.i18n import _, lazy_

_TITLES: Final = {
    "name": lazy_("Name"),
    "language": lazy_("Language"),
    "country": lazy_("Country"),
    "region": lazy_("Region"),
    "city": lazy_("City"),
    "street": lazy_("Street"),
    "postcode": lazy_("Postcode"),
    "birthday": lazy_("Birthday"),
    "note": lazy_("Note"),
    "owner": lazy_("Looked after by"),
    "source": lazy_("Source"),
}
_WRITTEN: Final[Mapping[str, Callable[[Any], str]]] = {
    "birthday": formats.day,
    "country": formats.country,
    "language": formats.language_name,
}


@pages.get("/<uuid:customer_id>/merge", permission=MERGE)
def choose_other(customer_id: UUID) -> str:
    """Look for the customer that is to become part of this one."""
    session, text = current.session(), request.args.get("q", "")
    customer = get_customer(session, customer_id)
    hits = search_customers(session, text, limit=20) if text else []
    return render_template(
        "customers/merge_choose.html",
        customer=customer,
        text=text,
        hits=[hit for hit in hits if hit.kind == customer.kind and hit.id != customer.id],
    )


@pages.get("/<uuid:customer_id>/merge/<uuid:other_id>", permission=MERGE)
def compare(customer_id: UUID, other_id: UUID) -> str | Response:
    """The two side by side."""
    if request.args.get("swap"):
        return redirect(url_for("customers.compare", customer_id=other_id, other_id=customer_id))
    return _draw(customer_id, other_id)


@pages.post("/<uuid:customer_id>/merge/<uuid:other_id>", permission=MERGE)
def merge(customer_id: UUID, other_id: UUID) -> Response | tuple[str, int]:
    """Make the other part of this one."""
    choices = {
        name.removeprefix("choice."): side
        for name, side in request.form.items()
        if name.startswith("choice.")
    }
    try:
        merge_customers(current.tx(), customer_id, other_id, choices, now=current.now())
    except GuanxiError as error:
        flash(sentence(error), "error")
        return _draw(customer_id, other_id), error.status
    flash(_("The two are one now. You can take this back on the customer's page."), "success")
    return redirect(url_for("customers.show", customer_id=customer_id))


@pages.post("/merges/<uuid:merge_id>/undo", permission=MERGE)
def unmerge(merge_id: UUID) -> Response:
    """Take a merge back."""
    try:
        merge = unmerge_customers(current.tx(), merge_id, now=current.now())
    except GuanxiError as error:
        drop_transaction()
        flash(sentence(error), "error")
        return redirect(url_for("customers.list_customers"))
    flash(_("The two are apart again."), "success")
    return redirect(url_for("customers.show", customer_id=merge.merged_id))


def _draw(customer_id: UUID, other_id: UUID) -> str:
    session = current.session()
    kept, merged = get_customer(session, customer_id), get_customer(session, other_id)
    identities = identities_of(session, [kept.id, merged.id])
    return render_template(
        "customers/merge.html",
        kept=kept,
        merged=merged,
        fields=_fields(session, kept, merged),
        kept_identities=identities[kept.id],
        merged_identities=identities[merged.id],
    )


def _fields(session: Session, kept: Customer, merged: Customer) -> list[dict[str, Any]]:
    """The fields that differ, each with both values; what only one has needs no choice."""
    owners = owner_names(session, [kept.owner_id, merged.owner_id])
    found = [_field(name, kept, merged, owners) for name in GROUPS]
    return [
        one for one in (*found, *_custom(session, kept, merged)) if one["kept"] != one["merged"]
    ]


def _field(
    name: str, kept: Customer, merged: Customer, owners: Mapping[UUID | None, str]
) -> dict[str, Any]:
    column = GROUPS[name][0]
    sides = [getattr(side, column) for side in (kept, merged)]
    if name == "owner":
        sides = [owners.get(one, "") for one in sides]
    elif name in _WRITTEN:
        sides = [_WRITTEN[name](one) for one in sides]
    return _choice(name, str(_TITLES[name]), *sides)


def _custom(session: Session, kept: Customer, merged: Customer) -> list[dict[str, Any]]:
    hidden = set() if current.principal().may(SENSITIVE) else sensitive_keys(session)
    chinese = current_language() == "zh"
    return [
        _choice(
            CUSTOM + field.key,
            field.title_zh if chinese else field.title_en,
            kept.custom.get(field.key),
            merged.custom.get(field.key),
        )
        for field in custom_fields.all_fields(session)
        if field.key not in hidden
    ]


def _choice(name: str, title: str, kept: Any, merged: Any) -> dict[str, Any]:
    both = [_text(one) for one in (kept, merged)]
    chosen = "kept" if both[0] else "merged"
    return {"name": name, "title": title, "kept": both[0], "merged": both[1], "chosen": chosen}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
