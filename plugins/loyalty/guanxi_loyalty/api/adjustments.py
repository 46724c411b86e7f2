"""Adjustments with a second person: ask for one, see what waits, decide, withdraw."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from guanxi.sdk import current, customers, web
from guanxi_loyalty.adjustments import (
    adjust_or_ask,
    approve,
    refuse,
    waiting,
    withdraw,
)
from guanxi_loyalty.adjustments.deciding import find_request
from guanxi_loyalty.api.asking import actor, key_of
from guanxi_loyalty.api.blueprint import GRANT, api
from guanxi_loyalty.ledger import Ask, Receipt, load_unit
from guanxi_loyalty.schemas.adjustments import (
    LoyaltyAdjustedSchema,
    LoyaltyAdjustmentRequestSchema,
    LoyaltyAdjustmentRequestsSchema,
    LoyaltyAskedAdjustmentSchema,
    LoyaltyRefusalSchema,
    shown_request,
)
from guanxi_loyalty.schemas.points import LoyaltyReceiptSchema, shown_receipt
from guanxi_loyalty.staff import person


@api.get("/adjustments", permission=GRANT)
@api.response(200, LoyaltyAdjustmentRequestsSchema)
def list_adjustments() -> Response:
    """What waits for a second person, for members within sight, the oldest first."""
    found = waiting(current.session())
    return web.answer({"items": [shown_request(one) for one in found]})


@api.get("/adjustments/<uuid:request_id>", permission=GRANT)
@api.response(200, LoyaltyAdjustmentRequestSchema)
def show_adjustment(request_id: UUID) -> Response:
    """One that was asked for, and what became of it."""
    session = current.session()
    found = find_request(session, request_id)
    customers.get(session, found.customer_id)
    return web.answer(shown_request(found))


@api.post("/programmes/<key>/adjustments", permission=GRANT)
@api.arguments(LoyaltyAskedAdjustmentSchema())
@api.response(200, LoyaltyAdjustedSchema)
def ask_for_adjustment(values: dict[str, Any], key: str) -> Response:
    """Adjust at once, or above the limit ask the others who may; they get a to-do."""
    session, who = current.tx(), person()
    customer_id = customers.get(session, values["customer_id"]).id
    ask = Ask(
        unit=load_unit(session, key, values["unit"]),
        key=key_of(values),
        now=current.now(),
        source="api",
        document=values["document"],
        actor=actor(),
        remark=values["reason"],
    )
    done = adjust_or_ask(session, ask, customer_id, values["amount"], who)
    if isinstance(done, Receipt):
        return web.answer({"receipt": shown_receipt(done, dry_run=False), "request": None})
    return web.answer({"receipt": None, "request": shown_request(done)})


@api.post("/adjustments/<uuid:request_id>/approve", permission=GRANT)
@api.response(200, LoyaltyReceiptSchema)
def approve_adjustment(request_id: UUID) -> Response:
    """Agree to what somebody else asked for; it is made now."""
    session = _about(request_id)
    receipt = approve(session, request_id, person(), now=current.now())
    return web.answer(shown_receipt(receipt, dry_run=False))


@api.post("/adjustments/<uuid:request_id>/refuse", permission=GRANT)
@api.arguments(LoyaltyRefusalSchema())
@api.response(200, LoyaltyAdjustmentRequestSchema)
def refuse_adjustment(values: dict[str, Any], request_id: UUID) -> Response:
    """Turn down what somebody else asked for."""
    session = _about(request_id)
    found = refuse(session, request_id, person(), values["answer"], now=current.now())
    return web.answer(shown_request(found))


@api.post("/adjustments/<uuid:request_id>/withdraw", permission=GRANT)
@api.response(200, LoyaltyAdjustmentRequestSchema)
def withdraw_adjustment(request_id: UUID) -> Response:
    """Take back what one has asked for oneself."""
    session = _about(request_id)
    return web.answer(shown_request(withdraw(session, request_id, person(), now=current.now())))


def _about(request_id: UUID) -> Session:
    """Return the request's transaction, if whoever asks may see whom it is about."""
    session = current.tx()
    customers.get(session, find_request(session, request_id).customer_id)
    return session
