"""People in organisations."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.customers.api.blueprint import EDIT, VIEW, answer, api
from guanxi.customers.domain import memberships
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.schemas.shown import MembersSchema
from guanxi.customers.schemas.taken import MembershipDraftSchema
from guanxi.http import current


@api.get("/customers/<uuid:customer_id>/memberships", permission=VIEW)
@api.response(200, MembersSchema)
def list_memberships(customer_id: UUID) -> Response:
    """The organisations of a person, or the people of an organisation."""
    session = current.session()
    customer = get_customer(session, customer_id)
    of = memberships.organisations_of if customer.kind == "person" else memberships.people_of
    return answer({"items": [member._asdict() for member in of(session, customer.id)]})


@api.post("/customers/<uuid:customer_id>/memberships", permission=EDIT)
@api.arguments(MembershipDraftSchema())
@api.response(201, MembersSchema)
def add_membership(values: dict[str, Any], customer_id: UUID) -> Response:
    """Say that a person belongs to an organisation; answers with all of the person's."""
    session = current.tx()
    memberships.add_member(
        session, customer_id, values["organisation_id"], values["role"], now=current.now()
    )
    person = get_customer(session, customer_id)
    found = memberships.organisations_of(session, person.id)
    return answer({"items": [member._asdict() for member in found]}, 201)


@api.delete("/memberships/<uuid:membership_id>", permission=EDIT)
@api.response(204)
def remove_membership(membership_id: UUID) -> None:
    """Say that a person no longer belongs to an organisation."""
    memberships.remove_member(current.tx(), membership_id)
