"""What the API and the command line take and give back about scorecards and past cases."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_scoring.life.own_models import LONGEST_KEY, LONGEST_TITLE
from guanxi_scoring.models import CaseFile
from guanxi_scoring.risk.card.card import Refusal, Scored
from guanxi_scoring.risk.scores import in_words
from guanxi_scoring.schemas.models import (
    ScoringModelPatchSchema,
    ScoringModelSchema,
    ScoringSentenceSchema,
)

EXAMPLE: Final = {
    "key": "loans",
    "title_en": "Loans",
    "title_zh": "贷款",
    "options": {
        "characteristics": [{"key": "customers.purchases"}, {"key": "customers.country"}],
        "outcome": {"attribute": "customers.returns", "operator": "gte", "value": "1"},
    },
}  # fmt: skip


class ScoringCardDraftSchema(Schema):
    """A scorecard to be made; what options leave out is as usual."""

    key = web.CleanText(LONGEST_KEY, filled=True, required=True)
    title_en = web.CleanText(LONGEST_TITLE, load_default="")
    title_zh = web.CleanText(LONGEST_TITLE, load_default="")
    options = web.Object(load_default=dict)
    refit_days = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 3660)
    )


class ScoringCardPatchSchema(ScoringModelPatchSchema):
    """What can be changed of a scorecard."""


class ScoringCardSchema(ScoringModelSchema):
    """A scorecard is a model; ``parameters`` are bins, weights and points, for who sees all."""

    parameters = fields.Dict(allow_none=True)


class ScoringCardsSchema(Schema):
    """Scorecards by age."""

    items = fields.List(fields.Nested(ScoringCardSchema))


class ScoringCaseSchema(Schema):
    """The values of one case by characteristic."""

    values = web.Object(required=True)


class ScoringCasePartSchema(Schema):
    """What one characteristic gave and cost."""

    key = fields.String()
    points = fields.Float()
    cost = fields.Float()


class ScoringCaseScoreSchema(Schema):
    """The points of a case; without any, ``problem`` says which value keeps it from having some."""

    points = fields.Float(allow_none=True)
    probability = fields.Float(allow_none=True)
    parts = fields.List(fields.Nested(ScoringCasePartSchema))
    reasons = fields.List(fields.String())
    problem = fields.Nested(ScoringSentenceSchema, allow_none=True)


class ScoringCaseFileSchema(Schema):
    """A file of past cases."""

    id = fields.UUID()
    title = fields.String()
    file_name = fields.String()
    columns = fields.List(fields.String())
    cases = fields.Integer()
    uploaded_at = fields.DateTime()
    uploaded_by = fields.String()


class ScoringCaseFilesSchema(Schema):
    """Files of past cases, the latest first."""

    items = fields.List(fields.Nested(ScoringCaseFileSchema))


def shown_file(one: CaseFile) -> dict[str, Any]:
    """Return a file of past cases as it is given out."""
    return {name: getattr(one, name) for name in ScoringCaseFileSchema().fields}


def shown_score(found: Scored | Refusal) -> dict[str, Any]:
    """Return the score of a case as it is given out."""
    if isinstance(found, Refusal):
        problem = in_words(found).told
        return {"points": None, "probability": None, "parts": [], "reasons": [], "problem": problem}
    parts = [{"key": one.key, "points": one.points, "cost": one.cost} for one in found.parts]
    return {
        "points": found.points,
        "probability": found.probability,
        "parts": parts,
        "reasons": [one.key for one in found.reasons],
        "problem": None,
    }
