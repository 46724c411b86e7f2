"""End the relation with a customer, and take it up again."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.customers.api.blueprint import EDIT, answer_customer, api
from guanxi.customers.domain.closing import close_customer, reopen_customer
from guanxi.customers.schemas.shown import CustomerSchema
from guanxi.customers.schemas.taken import ClosingSchema, ReopeningSchema
from guanxi.http import current


@api.post("/customers/<uuid:customer_id>/close", permission=EDIT)
@api.arguments(ClosingSchema())
@api.response(200, CustomerSchema)
def close(values: dict[str, Any], customer_id: UUID) -> Response:
    """End the relation: no marketing through any channel from now on."""
    customer = close_customer(current.tx(), customer_id, values["reason"], now=current.now())
    return answer_customer(customer)


@api.post("/customers/<uuid:customer_id>/reopen", permission=EDIT)
@api.arguments(ReopeningSchema())
@api.response(200, CustomerSchema)
def reopen(values: dict[str, Any], customer_id: UUID) -> Response:
    """Take the relation up again, because the customer agreed anew or came by themselves."""
    customer = reopen_customer(current.tx(), customer_id, **values, now=current.now())
    return answer_customer(customer)
