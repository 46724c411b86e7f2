"""What the API and the command line give back about the lifetime scores of customers."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_scoring.life.finding import get_model, get_version
from guanxi_scoring.lifetime.finding import score_of
from guanxi_scoring.lifetime.intervals import SHARE, bounds_of_score
from guanxi_scoring.lifetime.scoring import KEY
from guanxi_scoring.models import LifetimeScore


class LifetimeScoreSchema(Schema):
    """What is expected of a customer; all is null of who has never bought: unknown, not nought.

    ``x``, ``t_x`` and ``t`` are what the score knows: days with a purchase beside the first, days
    from the first to the last, and to ``as_of``. Money is in ``currency``.
    """

    customer_id = fields.UUID()
    model_version = fields.Integer(allow_none=True)
    as_of = fields.DateTime(allow_none=True)
    x = fields.Integer(allow_none=True)
    t_x = fields.Integer(allow_none=True)
    t = fields.Integer(allow_none=True)
    mean_spend = fields.String(allow_none=True)
    p_alive = fields.Float(allow_none=True)
    expected_purchases_90d = fields.Float(allow_none=True)
    expected_spend = fields.String(allow_none=True)
    clv_12m = fields.String(allow_none=True)
    currency = fields.String(allow_none=True)
    scored_at = fields.DateTime(allow_none=True)


class BoundsSchema(Schema):
    """The least and the most, both included."""

    low = fields.Float()
    high = fields.Float()


class LikelyScoreSchema(LifetimeScoreSchema):
    """As of all, with bounds between which purchases and value will be in a ``share`` of cases.

    They hold what is not known of the model's parameters, of the customer, and chance.
    """

    share = fields.Float()
    purchases_90d = fields.Nested(BoundsSchema, allow_none=True)
    value_12m = fields.Nested(BoundsSchema, allow_none=True)


class LifetimeScoresSchema(Schema):
    """A page of scores by customer, and the cursor of the next one."""

    items = fields.List(fields.Nested(LifetimeScoreSchema))
    next = fields.String(allow_none=True)


class LifetimeScoresQuerySchema(Schema):
    """Which page is wanted."""

    cursor = web.Cursor()
    limit = web.Limit()


def shown_likely(session: Session, customer_id: UUID) -> dict[str, Any]:
    """Return the score of a customer with its bounds."""
    score = score_of(session, customer_id)
    bounds = None
    if score is not None:
        version = get_version(session, get_model(session, KEY), score.model_version)
        bounds = bounds_of_score(score, version)
    return {
        **shown_lifetime(customer_id, score),
        "share": SHARE,
        "purchases_90d": bounds and asdict(bounds.purchases_soon),
        "value_12m": bounds and bounds.value and asdict(bounds.value),
    }


_NAMES: Final = tuple(name for name in LifetimeScoreSchema().fields if name != "customer_id")


def shown_lifetime(customer_id: UUID, score: LifetimeScore | None) -> dict[str, Any]:
    """Return the score of a customer as it is given out."""
    shown = {name: getattr(score, name, None) for name in _NAMES}
    return {"customer_id": customer_id, **shown}
