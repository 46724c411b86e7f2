"""What the API and the command line take and give back about next products, marks and offers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_scoring.models import Offer, ProductRule
from guanxi_scoring.products.offers import Conversion
from guanxi_scoring.products.recommending import Recommended
from guanxi_scoring.products.rules import MARKS


class ScoringNextProductSchema(Schema):
    """A product to offer, best first; ``source``: ``items``, ``country`` or ``popular``."""

    rank = fields.Integer()
    product = fields.String()
    description = fields.String()
    score = fields.Float()
    source = fields.String()
    because = fields.List(fields.String())


class ScoringNextProductsSchema(Schema):
    """What to offer a customer."""

    customer_id = fields.UUID()
    products = fields.List(fields.Nested(ScoringNextProductSchema))


class ScoringOfferDraftSchema(Schema):
    """The product that is offered."""

    product = web.CleanText(200, required=True)


class ScoringOfferSchema(Schema):
    """An offer; ``arm`` ``control``: do not make it, the customer is in the group to compare."""

    id = fields.UUID()
    customer_id = fields.UUID()
    product = fields.String()
    arm = fields.String()
    rank = fields.Integer(allow_none=True)
    days = fields.Integer()
    at = fields.DateTime()


class ScoringConversionSchema(Schema):
    """What came of offers whose days are over, of customers in sight; shares are of 1.

    ``difference`` with its 95 % interval is null while a group has fewer than 30 customers.
    """

    offered = fields.Integer()
    offered_bought = fields.Integer()
    control = fields.Integer()
    control_bought = fields.Integer()
    waiting = fields.Integer()
    too_small = fields.Boolean()
    difference = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)


class ScoringMarkDraftSchema(Schema):
    """What is said of products whose code fits ``pattern``; ``*`` stands for anything."""

    pattern = web.CleanText(200, required=True)
    mark = fields.String(required=True, validate=validate.OneOf(MARKS))
    reason = web.CleanText(200, load_default=None, allow_none=True)


class ScoringMarkSchema(Schema):
    """A mark."""

    id = fields.UUID()
    pattern = fields.String()
    mark = fields.String()
    reason = fields.String(allow_none=True)
    at = fields.DateTime()
    actor_name = fields.String()


class ScoringMarksSchema(Schema):
    """All marks."""

    items = fields.List(fields.Nested(ScoringMarkSchema))


def shown_next(
    customer_id: UUID, found: Sequence[Recommended], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return what to offer a customer as it is given out."""
    products = [
        {
            "rank": one.rank,
            "product": one.product,
            "description": names.get(one.product, one.product),
            "score": one.score,
            "source": one.source,
            "because": list(one.because),
        }
        for one in found
    ]
    return {"customer_id": customer_id, "products": products}


def shown_offer(offer: Offer) -> dict[str, Any]:
    """Return an offer as it is given out."""
    names = ("id", "customer_id", "product", "arm", "rank", "days", "at")
    return {name: getattr(offer, name) for name in names}


def shown_conversion(found: Conversion) -> dict[str, Any]:
    """Return what came of offers as it is given out."""
    names = ("offered", "offered_bought", "control", "control_bought", "waiting", "too_small")
    difference, low, high = found.difference or (None, None, None)
    shown = {name: getattr(found, name) for name in names}
    return {**shown, "difference": difference, "low": low, "high": high}


def shown_mark(rule: ProductRule) -> dict[str, Any]:
    """Return a mark as it is given out."""
    names = ("id", "pattern", "mark", "reason", "at", "actor_name")
    return {name: getattr(rule, name) for name in names}
