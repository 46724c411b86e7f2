"""What the API and the command line take and give back about goals."""

from typing import Any, Final

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_scoring.life.changing import LONGEST_TITLE
from guanxi_scoring.life.own_models import LONGEST_KEY
from guanxi_scoring.models import Model
from guanxi_scoring.propensity import reading
from guanxi_scoring.propensity.explaining import readable
from guanxi_scoring.schemas.models import (
    ScoringModelPatchSchema,
    ScoringModelSchema,
    ScoringSentenceSchema,
    shown_model,
)

EXAMPLE: Final = {
    "goal": "repurchase",
    "title_en": "Will buy again within 90 days",
    "title_zh": "90 天内再次购买",
    "options": {"question": "buy", "within_days": 90},
}


class ScoringGoalSchema(ScoringModelSchema):
    """A goal is a model; ``won`` and ``lost`` are its past cases, for who may see everybody."""

    won = fields.Integer(allow_none=True)
    lost = fields.Integer(allow_none=True)
    scored_in_sight = fields.Integer()


class ScoringGoalsSchema(Schema):
    """Goals by age."""

    items = fields.List(fields.Nested(ScoringGoalSchema))


class ScoringGoalDraftSchema(Schema):
    """A goal to be made. What options leave out is as usual for the question."""

    goal = web.CleanText(LONGEST_KEY, load_default="")
    title_en = web.CleanText(LONGEST_TITLE, load_default="")
    title_zh = web.CleanText(LONGEST_TITLE, load_default="")
    options = web.Object(load_default=dict)
    refit_days = fields.Integer(
        strict=True, load_default=30, allow_none=True, validate=validate.Range(1, 3_660)
    )


class ScoringGoalPatchSchema(ScoringModelPatchSchema):
    """What can be changed of a goal; options that are not named stay as they are."""


class ScoringGoalPreviewDraftSchema(Schema):
    """The options of a goal that is not stored."""

    options = web.Object(required=True)


class ScoringGoalPreviewSchema(Schema):
    """How many past cases there would be, of customers in sight."""

    won = fields.Integer()
    lost = fields.Integer()
    open = fields.Integer()
    customers = fields.Integer()
    is_enough = fields.Boolean()
    is_whole = fields.Boolean()


class ScoringPropensityQuerySchema(Schema):
    """A page of customers."""

    limit = web.Limit()
    cursor = web.Cursor()


class ScoringPropensitySchema(Schema):
    """A customer with the probability, and the strongest reasons first."""

    customer_id = fields.UUID()
    p = fields.Float()
    reasons = fields.List(fields.Nested(ScoringSentenceSchema))
    scored_at = fields.DateTime()


class ScoringPropensitiesSchema(Schema):
    """The most probable first."""

    items = fields.List(fields.Nested(ScoringPropensitySchema))
    next = fields.String(allow_none=True)


def shown_goal(session: Session, model: Model, *, everybody: bool) -> dict[str, Any]:
    """Return a goal as it is given out."""
    won, lost = reading.totals(session, model) if everybody else (None, None)
    shown = shown_model(session, model, everybody=everybody)
    return {**shown, "won": won, "lost": lost, "scored_in_sight": reading.scored(session, model)}


def shown_preview(found: reading.Preview) -> dict[str, Any]:
    """Return a preview as it is given out."""
    return {name: getattr(found, name) for name in ScoringGoalPreviewSchema().fields}


def shown_best(session: Session, one: reading.Best) -> dict[str, Any]:
    """Return a customer with the probability as it is given out."""
    reasons = [reason.sentence.told for reason in readable(session, one.reasons)]
    return {"customer_id": one.customer_id, "p": one.p, "reasons": reasons,
            "scored_at": one.scored_at}  # fmt: skip
