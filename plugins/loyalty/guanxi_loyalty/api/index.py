"""The loyalty index of a customer (忠诚度指数)."""

from uuid import UUID

from flask import Response

from guanxi.sdk import current, customers, web
from guanxi_loyalty.api.blueprint import VIEW, api
from guanxi_loyalty.index import index_of
from guanxi_loyalty.schemas.index import LoyaltyIndexSchema, shown_index


@api.get("/customers/<uuid:customer_id>/index", permission=VIEW)
@api.response(200, LoyaltyIndexSchema)
def show_index(customer_id: UUID) -> Response:
    """The loyalty index with its parts: repeat purchases, tenure, recommendation, tier."""
    session = current.session()
    found = customers.get(session, customer_id)
    return web.answer(shown_index(index_of(session, found.id, now=current.now())))
