"""What was done to a customer, where each field comes from, and every consent ever given."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for

from guanxi.customers.domain import consents, custom_fields
from guanxi.customers.domain.custom_values import sensitive_keys
from guanxi.customers.domain.history import Step, origins_of, steps_of, without
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.models import CustomField
from guanxi.customers.pages.blueprint import SENSITIVE, VIEW, pages
from guanxi.customers.pages.detail import titles
from guanxi.customers.pages.field_titles import action_title, field_title
from guanxi.http import current

ROWS: Final = 40


@pages.get("/<uuid:customer_id>/history", permission=VIEW)
def show_history(customer_id: UUID) -> str:
    """Who changed what when, the latest first, and where the present values come from."""
    session = current.session()
    customer = get_customer(session, customer_id)
    before = request.args.get("before", "")
    is_first = not before.isdecimal()
    found = steps_of(
        session, customer.id, limit=ROWS + 1, before=None if is_first else int(before[:18])
    )
    steps, hidden = found[:ROWS], _hidden()
    fields = custom_fields.all_fields(session)
    more = len(found) > ROWS
    return render_template(
        "customers/history.html",
        customer=customer,
        steps=[_shown(step, hidden, fields) for step in steps],
        origins=_origins(customer.id, hidden, fields) if is_first else [],
        next_url=_url(customer.id, before=steps[-1].id) if more else None,
        first_url=None if is_first else _url(customer.id),
    )


@pages.get("/<uuid:customer_id>/consents", permission=VIEW)
def show_consents(customer_id: UUID) -> str:
    """Every decision of the customer, the latest first."""
    session = current.session()
    customer = get_customer(session, customer_id)
    return render_template(
        "customers/consents.html",
        customer=customer,
        decisions=consents.history(session, customer.id),
        channels=titles(consents.CHANNELS),
        purposes=titles(consents.PURPOSES),
    )


def _hidden() -> frozenset[str]:
    may = current.principal().may(SENSITIVE)
    return frozenset() if may else sensitive_keys(current.session())


def _shown(step: Step, hidden: frozenset[str], fields: Sequence[CustomField]) -> dict[str, Any]:
    changes = [
        {"title": field_title(name, fields), "before": _text(before), "after": _text(after)}
        for name, before, after in without(step.changes, hidden)
    ]
    return {
        "at": step.at,
        "actor": step.actor,
        "title": action_title(step.action),
        "changes": changes,
    }


def _origins(
    customer_id: UUID, hidden: frozenset[str], fields: Sequence[CustomField]
) -> list[dict[str, Any]]:
    return [
        {
            "title": field_title(one.field, fields),
            "value": _text(one.value),
            "at": one.at,
            "actor": one.actor,
        }
        for one in origins_of(current.session(), customer_id)
        if one.value not in (None, "", []) and one.field.removeprefix("custom.") not in hidden
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _url(customer_id: UUID, **more: Any) -> str:
    return url_for("customers.show_history", customer_id=customer_id, **more)
