"""What the API takes and gives back about answers."""

from typing import Final

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_surveys.answering.amending import MOST_REASON
from guanxi_surveys.models.answers import CHANNELS, STATES

_LANGUAGE: Final = validate.Regexp(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")


class SurveyAnswerAskSchema(Schema):
    """A whole answer, or a part of one."""

    survey = web.CleanText(200, filled=True, required=True)
    """Its key or id."""
    submission = fields.UUID(required=True)
    """An id that you make, the same whenever you send the same answer again."""
    values = web.Object(load_default=dict)
    """Names of questions to answers, as SurveyJS has them."""
    language = fields.String(load_default="en", validate=_LANGUAGE)
    channel = fields.String(load_default="embed", validate=validate.OneOf(CHANNELS))
    customer_id = fields.UUID(load_default=None, allow_none=True)
    about_id = fields.UUID(load_default=None, allow_none=True)
    """The touchpoint that it is about."""
    method = web.CleanText(60, load_default=None, allow_none=True)
    """How staff asked: the key of a touchpoint's channel."""
    trial = web.Flag(load_default=False)
    finish = web.Flag(load_default=True)


class SurveyAnswerOutcomeSchema(Schema):
    """What became of it. ``id`` is null of anonymous surveys."""

    id = fields.UUID(required=True, allow_none=True)
    submission = fields.UUID(required=True)
    state = fields.String(required=True)
    repeated = fields.Boolean(required=True)
    thanks = fields.String(required=True)


class SurveyAmendmentSchema(Schema):
    """A correction: all values as they count from then on, and what they measure."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    reason = fields.String(required=True)
    values = web.Object(required=True)
    nps = fields.Integer(required=True, allow_none=True)
    csat = fields.Float(required=True, allow_none=True)
    ces = fields.Float(required=True, allow_none=True)
    gap = fields.Float(required=True, allow_none=True)


class SurveyAnswerLineSchema(Schema):
    """An answer. Of an anonymous survey nothing is there that leads to a person."""

    id = fields.UUID(required=True)
    survey = fields.String(required=True)
    version_id = fields.UUID(required=True)
    state = fields.String(required=True)
    language = fields.String(required=True)
    channel = fields.String(required=True)
    method = fields.String(required=True, allow_none=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    about_id = fields.UUID(required=True, allow_none=True)
    staff_id = fields.UUID(required=True, allow_none=True)
    trial = fields.Boolean(required=True)
    values = web.Object(required=True)
    attributes = web.Object(required=True)
    nps = fields.Integer(required=True, allow_none=True)
    csat = fields.Float(required=True, allow_none=True)
    ces = fields.Float(required=True, allow_none=True)
    gap = fields.Float(required=True, allow_none=True)
    begun_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class SurveyAnswerSchema(SurveyAnswerLineSchema):
    """An answer with its corrections."""

    amendments = fields.List(fields.Nested(SurveyAmendmentSchema), required=True)


class SurveyAnswerListSchema(Schema):
    """A page of answers."""

    items = fields.List(fields.Nested(SurveyAnswerLineSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class SurveyAnswersQuerySchema(Schema):
    """Which answers."""

    survey = web.CleanText(200, filled=True, required=True)
    state = fields.String(load_default="finished", validate=validate.OneOf(STATES))
    customer_id = fields.UUID(load_default=None)
    limit = web.Limit()
    after = web.Cursor()


class SurveyAmendmentAskSchema(Schema):
    """What is right, by question; null takes an answer back."""

    values = web.Object(required=True)
    reason = web.CleanText(MOST_REASON, filled=True, required=True)
