"""Identities of a customer: all at once, one more, one less, proved."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.customers.api.blueprint import EDIT, answer_customer, api, phone_region
from guanxi.customers.domain import identity_changes
from guanxi.customers.schemas.shown import CustomerSchema
from guanxi.customers.schemas.taken import (
    IdentitiesSchema,
    IdentityDraftSchema,
    VerifiedSchema,
    identity_from,
)
from guanxi.http import current
from guanxi.http.etag import expected_version


@api.post("/customers/<uuid:customer_id>/identities", permission=EDIT)
@api.arguments(IdentityDraftSchema())
@api.response(200, CustomerSchema)
def add_identity(values: dict[str, Any], customer_id: UUID) -> Response:
    """Give a customer one more identity."""
    identity = identity_from(values, region=phone_region())
    session, now = current.tx(), current.now()
    return answer_customer(identity_changes.add_identity(session, customer_id, identity, now=now))


@api.put("/customers/<uuid:customer_id>/identities", permission=EDIT, versioned=True)
@api.arguments(IdentitiesSchema())
@api.response(200, CustomerSchema)
def replace_identities(values: dict[str, Any], customer_id: UUID) -> Response:
    """Say all identities that a customer has; those that stay keep their ids."""
    region = phone_region()
    customer = identity_changes.replace_identities(
        current.tx(),
        customer_id,
        [identity_from(one, region=region) for one in values["identities"]],
        expected_version=expected_version(),
        now=current.now(),
    )
    return answer_customer(customer)


@api.delete("/customers/<uuid:customer_id>/identities/<uuid:identity_id>", permission=EDIT)
@api.response(200, CustomerSchema)
def remove_identity(customer_id: UUID, identity_id: UUID) -> Response:
    """Take one identity away."""
    session, now = current.tx(), current.now()
    return answer_customer(
        identity_changes.remove_identity(session, customer_id, identity_id, now=now)
    )


@api.patch("/customers/<uuid:customer_id>/identities/<uuid:identity_id>", permission=EDIT)
@api.arguments(VerifiedSchema())
@api.response(200, CustomerSchema)
def verify_identity(values: dict[str, Any], customer_id: UUID, identity_id: UUID) -> Response:
    """Note that an identity was proved to be the customer's own, or no longer is."""
    customer = identity_changes.set_verified(
        current.tx(), customer_id, identity_id, verified=values["verified"], now=current.now()
    )
    return answer_customer(customer)
