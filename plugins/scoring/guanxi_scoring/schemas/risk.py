"""What the API and the command line take and give back about the risk of customers."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_scoring.models import Agency, AppetiteAnswers, Mitigation, Rating, RiskStanding
from guanxi_scoring.risk.agencies import LEVELS, LONGEST, MOST_GRADES
from guanxi_scoring.risk.coefficient import CLASSES
from guanxi_scoring.risk.mitigations import KINDS, LONGEST_NOTE
from guanxi_scoring.risk.questionnaire import EDITION, FROM, QUESTIONS
from guanxi_scoring.risk.ratings import LONGEST_SOURCE
from guanxi_scoring.risk.reading import Whole
from guanxi_scoring.schemas.models import ScoringSentenceSchema


class ScoringGradeSchema(Schema):
    """A grade: its level, 1 (best) to 10, and its probability of default; none: the level's."""

    grade = web.CleanText(LONGEST, filled=True, required=True)
    level = fields.Integer(strict=True, required=True, validate=validate.Range(1, LEVELS))
    pd = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 1))


class ScoringAgencyDraftSchema(Schema):
    """An agency with its scale, best grade first."""

    title_en = web.CleanText(LONGEST, filled=True, required=True)
    title_zh = web.CleanText(LONGEST, filled=True, required=True)
    grades = fields.List(
        fields.Nested(ScoringGradeSchema), required=True, validate=validate.Length(1, MOST_GRADES)
    )
    valid_days = fields.Integer(strict=True, load_default=365, validate=validate.Range(1, 3660))
    archived = web.Flag(load_default=False)


class ScoringAgencySchema(ScoringAgencyDraftSchema):
    """An agency as it is."""

    key = fields.String()
    version = fields.Integer()
    changed_at = fields.DateTime()
    changed_by = fields.String()


class ScoringAgenciesSchema(Schema):
    """Agencies by key."""

    items = fields.List(fields.Nested(ScoringAgencySchema))


class ScoringRatingDraftSchema(Schema):
    """A rating; without ``valid_until`` it counts as long as the agency's ratings usually do."""

    agency = web.CleanText(LONGEST, filled=True, required=True)
    grade = web.CleanText(LONGEST, filled=True, required=True)
    rated_on = web.Day(required=True)
    source = web.CleanText(LONGEST_SOURCE, filled=True, required=True)
    valid_until = web.Day(load_default=None, allow_none=True)


class ScoringRatingSchema(Schema):
    """A rating as it is kept; a withdrawn one does not count."""

    id = fields.UUID()
    agency = fields.String()
    grade = fields.String()
    rated_on = fields.Date()
    valid_until = fields.Date()
    source = fields.String()
    recorded_at = fields.DateTime()
    recorded_by = fields.String()
    withdrawn_at = fields.DateTime(allow_none=True)
    withdrawn_by = fields.String(allow_none=True)


class ScoringAnswersDraftSchema(Schema):
    """An answer's key by each question's key."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.String(validate=validate.Length(max=40)),
        required=True,
    )
    answered_on = web.Day(load_default=None, allow_none=True)


class ScoringAnswersSchema(Schema):
    """What was answered, and the class that it leads to."""

    id = fields.UUID()
    edition = fields.Integer()
    answers = fields.Dict(keys=fields.String(), values=fields.String())
    points = fields.Integer()
    appetite = fields.String(validate=validate.OneOf(tuple(FROM)))
    answered_on = fields.Date()
    valid_until = fields.Date()
    recorded_at = fields.DateTime()
    recorded_by = fields.String()


class ScoringMitigationDraftSchema(Schema):
    """What lowers the risk, by which share of it, until when; none: until it is ended."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))
    share = web.Number(required=True)
    note = web.CleanText(LONGEST_NOTE, filled=True, required=True)
    valid_from = web.Day(load_default=None, allow_none=True)
    valid_until = web.Day(load_default=None, allow_none=True)


class ScoringMitigationSchema(Schema):
    """A mitigation as it is kept."""

    id = fields.UUID()
    kind = fields.String()
    share = fields.Decimal(as_string=True)
    note = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True)
    recorded_at = fields.DateTime()
    recorded_by = fields.String()
    ended_at = fields.DateTime(allow_none=True)
    ended_by = fields.String(allow_none=True)


class ScoringCardPointsSchema(Schema):
    """The points of one card; without any, ``problem`` says why."""

    card = fields.String()
    version = fields.Integer()
    points = fields.Float(allow_none=True)
    probability = fields.Float(allow_none=True)
    problem = fields.Nested(ScoringSentenceSchema, allow_none=True)
    as_of = fields.DateTime()


class ScoringRiskChangeSchema(Schema):
    """The coefficient as it was from an instant on."""

    at = fields.DateTime()
    coefficient = fields.Decimal(as_string=True, allow_none=True)
    inherent = fields.Decimal(as_string=True, allow_none=True)
    risk_class = fields.String()


class ScoringRiskSchema(Schema):
    """Everything about the risk of a customer. ``consent``: to credit assessment."""

    customer_id = fields.UUID()
    consent = fields.Boolean()
    coefficient = fields.Decimal(as_string=True, allow_none=True)
    inherent = fields.Decimal(as_string=True, allow_none=True)
    risk_class = fields.String(validate=validate.OneOf(CLASSES))
    factors = fields.List(fields.Dict())
    appetite = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    level = fields.Integer(allow_none=True)
    computed_at = fields.DateTime(allow_none=True)
    scores = fields.List(fields.Nested(ScoringCardPointsSchema))
    ratings = fields.List(fields.Nested(ScoringRatingSchema))
    answers = fields.List(fields.Nested(ScoringAnswersSchema))
    mitigations = fields.List(fields.Nested(ScoringMitigationSchema))
    changes = fields.List(fields.Nested(ScoringRiskChangeSchema))


class ScoringRiskClassSchema(Schema):
    """How many customers in sight are in a class."""

    risk_class = fields.String(validate=validate.OneOf(CLASSES))
    customers = fields.Integer()


class ScoringRiskClassesSchema(Schema):
    """The classes from low to unknown."""

    items = fields.List(fields.Nested(ScoringRiskClassSchema))


class ScoringQuestionnaireSchema(Schema):
    """The questions with their answers in both languages, and from how many points each class."""

    edition = fields.Integer()
    questions = fields.List(fields.Dict())
    classes = fields.Dict(keys=fields.String(), values=fields.Integer())


def shown(
    one: Agency | Rating | AppetiteAnswers | Mitigation, schema: type[Schema]
) -> dict[str, Any]:
    """Return a row as it is given out: the columns that the schema names."""
    return {name: getattr(one, name) for name in schema().fields}


def shown_whole(found: Whole) -> dict[str, Any]:
    """Return everything about the risk of a customer as it is given out."""
    return {
        "customer_id": found.customer_id,
        "consent": found.consent,
        **_standing(found.standing),
        "scores": [
            {
                "card": model.key,
                "version": score.model_version,
                **{n: getattr(score, n) for n in ("points", "probability", "problem", "as_of")},
            }
            for model, _version, score in found.scores
        ],
        "ratings": [shown(one, ScoringRatingSchema) for one in found.ratings],
        "answers": [shown(one, ScoringAnswersSchema) for one in found.answers],
        "mitigations": [shown(one, ScoringMitigationSchema) for one in found.mitigations],
        "changes": [
            {name: getattr(one, name) for name in ScoringRiskChangeSchema().fields}
            for one in found.changes
        ],
    }


def shown_classes(found: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return how many customers are in each class as it is given out."""
    return [{"risk_class": key, "customers": n} for key, n in found.items()]


def shown_questionnaire() -> dict[str, Any]:
    """Return the questionnaire as it is given out."""
    return {
        "edition": EDITION,
        "questions": [
            {
                "key": one.key,
                "text": {"en": one.text.en, "zh": one.text.zh},
                "answers": [
                    {"key": a.key, "text": {"en": a.text.en, "zh": a.text.zh}, "points": a.points}
                    for a in one.answers
                ],
            }
            for one in QUESTIONS
        ],
        "classes": dict(FROM),
    }


def _standing(found: RiskStanding | None) -> dict[str, Any]:
    names = ("coefficient", "inherent", "risk_class", "factors", "appetite", "grade", "level")
    if found is None:
        empty: dict[str, Any] = dict.fromkeys((*names, "computed_at"))
        return {**empty, "risk_class": "unknown", "factors": []}
    return {name: getattr(found, name) for name in (*names, "computed_at")}
