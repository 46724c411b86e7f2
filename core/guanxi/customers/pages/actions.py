"""The small changes made right on a customer's page; what goes wrong is told there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.customers.domain import closing, consents, identity_changes, memberships
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.pages.blueprint import EDIT, pages, sentence
from guanxi.customers.pages.detail import draw
from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.i18n import _

Answer = Response | tuple[str, int]


@pages.post("/<uuid:customer_id>/identities", permission=EDIT)
def new_identity(customer_id: UUID) -> Answer:
    """Add an e-mail address, a phone number, an id elsewhere or a social account."""
    form = request.form

    def add(session: Session) -> None:
        region = current.platform().settings.get("core")["phone_region"]
        identity = read_identity(
            form.get("kind", ""),
            form.get("value", ""),
            source=form.get("source", ""),
            region=region,
        )
        identity_changes.add_identity(session, customer_id, identity, now=current.now())

    return _attempt(customer_id, add)


@pages.post("/<uuid:customer_id>/identities/<uuid:identity_id>/remove", permission=EDIT)
def drop_identity(customer_id: UUID, identity_id: UUID) -> Answer:
    """Take an identity off."""
    return _attempt(
        customer_id,
        lambda session: identity_changes.remove_identity(
            session, customer_id, identity_id, now=current.now()
        ),
    )


@pages.post("/<uuid:customer_id>/identities/<uuid:identity_id>/verified", permission=EDIT)
def verify_identity(customer_id: UUID, identity_id: UUID) -> Answer:
    """Note that an identity was proved to be the customer's own, or no longer is."""
    verified = request.form.get("verified") == "1"
    return _attempt(
        customer_id,
        lambda session: identity_changes.set_verified(
            session, customer_id, identity_id, verified=verified, now=current.now()
        ),
    )


@pages.post("/<uuid:customer_id>/consent", permission=EDIT)
def decide_consent(customer_id: UUID) -> Answer:
    """Note that the customer gave or withdrew a consent."""
    form = request.form
    decision = consents.Decision(
        channel=form.get("channel", ""),
        purpose=form.get("purpose", ""),
        given=form.get("given") == "1",
        evidence=form.get("evidence", ""),
    )
    return _attempt(
        customer_id,
        lambda session: consents.record_consent(
            session, customer_id, [decision], now=current.now()
        ),
    )


@pages.post("/<uuid:customer_id>/members", permission=EDIT)
def add_member(customer_id: UUID) -> Answer:
    """Say that a person belongs to an organisation, from either side."""

    def add(session: Session) -> None:
        other = _identifier(request.form.get("other_id", ""))
        is_person = get_customer(session, customer_id).kind == "person"
        person, organisation = (customer_id, other) if is_person else (other, customer_id)
        role = request.form.get("role") or None
        memberships.add_member(session, person, organisation, role, now=current.now())

    return _attempt(customer_id, add)


@pages.post("/<uuid:customer_id>/members/<uuid:membership_id>/remove", permission=EDIT)
def remove_member(customer_id: UUID, membership_id: UUID) -> Answer:
    """Say that a person no longer belongs to an organisation."""
    return _attempt(customer_id, lambda session: memberships.remove_member(session, membership_id))


@pages.post("/<uuid:customer_id>/close", permission=EDIT)
def close(customer_id: UUID) -> Answer:
    """End the relation: no marketing through any channel from now on."""
    reason = request.form.get("reason", "")
    return _attempt(
        customer_id,
        lambda session: closing.close_customer(session, customer_id, reason, now=current.now()),
    )


@pages.post("/<uuid:customer_id>/reopen", permission=EDIT)
def reopen(customer_id: UUID) -> Answer:
    """Take the relation up again, at the customer's wish."""
    form = request.form
    return _attempt(
        customer_id,
        lambda session: closing.reopen_customer(
            session, customer_id, form.get("occasion", ""), form.get("note", ""), now=current.now()
        ),
    )


def _attempt(customer_id: UUID, change: Callable[[Session], Any]) -> Answer:
    """Make the change and go back; an error leaves nothing and is shown on the same page."""
    try:
        change(current.tx())
    except GuanxiError as error:
        flash(sentence(error), "error")
        return draw(customer_id), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("customers.show", customer_id=customer_id))


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose the customer from the list of those found.") from None
