"""Next products of a customer, offers and what came of them, marks of products."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import current, customers, web
from guanxi_scoring.api.blueprint import DECIDE, MANAGE, VIEW, api
from guanxi_scoring.products import offers, rules, standing
from guanxi_scoring.schemas.products import (
    ScoringConversionSchema,
    ScoringMarkDraftSchema,
    ScoringMarkSchema,
    ScoringMarksSchema,
    ScoringNextProductsSchema,
    ScoringOfferDraftSchema,
    ScoringOfferSchema,
    shown_conversion,
    shown_mark,
    shown_next,
    shown_offer,
)


@api.get("/customers/<uuid:customer_id>/next-products", permission=VIEW)
@api.response(200, ScoringNextProductsSchema)
def show_next_products(customer_id: UUID) -> Response:
    """What to offer a customer, also one who has bought nothing yet."""
    session = current.session()
    found = customers.get(session, customer_id).id
    products = standing.next_products(session, found, current.now())
    names = standing.descriptions(session, [one.product for one in products])
    return web.answer(shown_next(found, products, names))


@api.post("/customers/<uuid:customer_id>/next-products/offers", permission=DECIDE)
@api.arguments(ScoringOfferDraftSchema())
@api.response(200, ScoringOfferSchema)
def offer_product(values: dict[str, Any], customer_id: UUID) -> Response:
    """Note an offer before it is made; with ``arm`` ``control`` do not make it."""
    session = current.tx()
    found = customers.get(session, customer_id).id
    return web.answer(shown_offer(offers.offer(session, found, **values, now=current.now())))


@api.get("/products/offers", permission=VIEW)
@api.response(200, ScoringConversionSchema)
def show_conversion() -> Response:
    """What came of offers, against who was held back."""
    return web.answer(shown_conversion(offers.conversion(current.session(), current.now())))


@api.get("/products/marks", permission=VIEW)
@api.response(200, ScoringMarksSchema)
def list_marks() -> Response:
    """What was said of products."""
    return web.answer({"items": [shown_mark(one) for one in rules.rules(current.session())]})


@api.post("/products/marks", permission=MANAGE)
@api.arguments(ScoringMarkDraftSchema())
@api.response(200, ScoringMarkSchema)
def mark_products(values: dict[str, Any]) -> Response:
    """Mark products; it counts at once, and replaces what was said of the same pattern."""
    made = rules.mark_products(current.tx(), **values, now=current.now())
    return web.answer(shown_mark(made))


@api.delete("/products/marks/<uuid:rule_id>", permission=MANAGE)
@api.response(204)
def unmark_products(rule_id: UUID) -> None:
    """Take a mark back."""
    rules.unmark_products(current.tx(), rule_id)
