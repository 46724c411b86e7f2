"""Lifetime scores: of one customer, or of all within sight, page by page."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import current, customers, web
from guanxi_scoring.api.blueprint import VIEW, api
from guanxi_scoring.lifetime.finding import place_of, scores_after
from guanxi_scoring.schemas.scores import (
    LifetimeScoresQuerySchema,
    LifetimeScoresSchema,
    LikelyScoreSchema,
    shown_lifetime,
    shown_likely,
)


@api.get("/lifetime", permission=VIEW)
@api.arguments(LifetimeScoresQuerySchema(), location="query")
@api.response(200, LifetimeScoresSchema)
def list_lifetime(query: dict[str, Any]) -> Response:
    """The scores of the customers within sight by id, page by page."""
    session, limit = current.session(), query["limit"]
    found = scores_after(session, place_of(query.get("cursor")), limit=limit + 1)
    last = found[limit - 1].customer_id if len(found) > limit else None
    return web.answer(
        {
            "items": [shown_lifetime(one.customer_id, one) for one in found[:limit]],
            "next": web.encode_cursor([str(last)]) if last else None,
        }
    )


@api.get("/customers/<uuid:customer_id>/lifetime", permission=VIEW)
@api.response(200, LikelyScoreSchema)
def show_lifetime(customer_id: UUID) -> Response:
    """What is expected of a customer, with the bounds of nine cases in ten; null: unknown."""
    session = current.session()
    return web.answer(shown_likely(session, customers.get(session, customer_id).id))
