"""What a customer agreed to, with its history, and whether one may write to them."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.customers.api.blueprint import EDIT, VIEW, answer, api
from guanxi.customers.domain.consents import Decision, history, record_consent
from guanxi.customers.domain.contact import REASONS, may_contact
from guanxi.customers.domain.lookup import resolve
from guanxi.customers.schemas.shown import ConsentsSchema, VerdictSchema, shown_consent
from guanxi.customers.schemas.taken import ContactQuerySchema, DecisionsSchema
from guanxi.http import current


@api.get("/customers/<uuid:customer_id>/consents", permission=VIEW)
@api.response(200, ConsentsSchema)
def list_consents(customer_id: UUID) -> Response:
    """All decisions of a customer, the latest first."""
    session = current.session()
    found = history(session, resolve(session, customer_id))
    return answer({"items": [shown_consent(one) for one in found]})


@api.post("/customers/<uuid:customer_id>/consents", permission=EDIT)
@api.arguments(DecisionsSchema())
@api.response(201, ConsentsSchema)
def add_consents(values: dict[str, Any], customer_id: UUID) -> Response:
    """Note what a customer decided; answers with the whole history."""
    session = current.tx()
    decisions = [Decision(**one) for one in values["decisions"]]
    customer = record_consent(session, customer_id, decisions, now=current.now())
    found = history(session, customer.id)
    return answer({"items": [shown_consent(one) for one in found]}, 201)


@api.get("/customers/<uuid:customer_id>/may-contact", permission=VIEW)
@api.arguments(ContactQuerySchema(), location="query")
@api.response(200, VerdictSchema)
def ask_may_contact(query: dict[str, Any], customer_id: UUID) -> Response:
    """Whether this customer may be written to through a channel for a purpose."""
    session = current.session()
    resolve(session, customer_id)
    verdict = may_contact(session, customer_id, query["channel"], query["purpose"])
    sentence = str(REASONS[verdict.reason])
    return answer({"allowed": verdict.allowed, "reason": verdict.reason, "sentence": sentence})
