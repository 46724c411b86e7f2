"""All scores of a customer with their strongest reasons, in the reader's language."""

from uuid import UUID

from flask import Response

from guanxi.sdk import current, customers, web
from guanxi_scoring.api.blueprint import VIEW, api
from guanxi_scoring.explaining.gathering import document, explanations
from guanxi_scoring.schemas.reasons import ReasonsSchema
from guanxi_scoring.sight import may


@api.get("/customers/<uuid:customer_id>/reasons", permission=VIEW)
@api.response(200, ReasonsSchema)
def show_reasons(customer_id: UUID) -> Response:
    """Every score that the reader may see, each with at most three reasons, the strongest first."""
    session = current.session()
    found = customers.get(session, customer_id)
    told = [] if found.erased_at else explanations(session, found.id, may)
    return web.answer({"customer_id": found.id, "scores": [document(one) for one in told]})
