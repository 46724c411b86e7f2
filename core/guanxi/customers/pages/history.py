"""What was done to a customer, where each field comes from, and every consent ever given."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from guanxi.customers.domain import consents, custom_fields
from guanxi.customers.domain.custom_values import sensitive_keys
from guanxi.customers.domain.history import READ, Origin, Step, origins_in, steps_of, without
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.pages.blueprint import SENSITIVE, VIEW, pages
from guanxi.customers.pages.detail import titles
from guanxi.customers.pages.field_titles import NUMBERS, action_title, field_title, is_profile
from guanxi.customers.pages.history_words import CONSENT, consent_title, names_in, value_text
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
        session, customer.id, limit=READ, before=None if is_first else int(before[:18])
    )
    steps, words = found[:ROWS], _Words(session, found)
    if "HX-Request" in request.headers and is_first:
        return render_template("customers/_origins.html", origins=words.origins(origins_in(found)))
    more = len(found) > ROWS
    return render_template(
        "customers/history.html",
        customer=customer,
        steps=[words.step(one) for one in steps],
        origins=words.origins(origins_in(found)) if is_first else [],
        next_url=_url(customer.id, before=steps[-1].id) if more else None,
        first_url=None if is_first else _url(customer.id),
    )


class _Words:
    """Turns steps into what the page shows, with all names read at once."""

    def __init__(self, session: Session, steps: Sequence[Step]) -> None:
        self._fields = custom_fields.all_fields(session)
        self._names = names_in(session, steps)
        self._hidden = _hidden()

    def step(self, step: Step) -> dict[str, Any]:
        changes = [
            {
                "title": self._title(name),
                "before": self._text(name, old),
                "after": self._text(name, new),
            }
            for name, old, new in without(step.changes, self._hidden)
            if name not in NUMBERS
        ]
        title = action_title(step.action)
        return {"at": step.at, "actor": step.actor, "title": title, "changes": changes}

    def origins(self, origins: Sequence[Origin]) -> list[dict[str, Any]]:
        return [
            {
                "title": self._title(one.field),
                "value": self._text(one.field, one.value),
                "at": one.at,
                "actor": one.actor,
            }
            for one in origins
            if is_profile(one.field)
            and one.value not in (None, "", [])
            and one.field.removeprefix("custom.") not in self._hidden
        ]

    def _title(self, name: str) -> str:
        return consent_title(name) if name.startswith(CONSENT) else field_title(name, self._fields)

    def _text(self, name: str, value: Any) -> str:
        return value_text(name, value, self._names)


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


def _url(customer_id: UUID, **more: Any) -> str:
    return url_for("customers.show_history", customer_id=customer_id, **more)
