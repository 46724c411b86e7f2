"""Scores of a customer with their reasons, as the API writes them."""

from marshmallow import Schema, fields


class ReasonSchema(Schema):
    """One reason; ``weight`` is comparable within one score only."""

    sentence = fields.String()
    weight = fields.Float()


class LikelySchema(Schema):
    """Between ``low`` and ``high`` a score turns out in so large a ``share`` of cases."""

    share = fields.Float()
    low = fields.Float()
    high = fields.Float()
    text = fields.String()


class ExplainedSchema(Schema):
    """One score; ``value`` is null where it is unknown, and ``unknown_because`` says why."""

    key = fields.String()
    title = fields.String()
    value = fields.Raw(allow_none=True)
    unit = fields.String()
    currency = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    likely = fields.Nested(LikelySchema, allow_none=True)
    unknown_because = fields.String(allow_none=True)
    model = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    as_of = fields.String(allow_none=True)
    reasons = fields.List(fields.Nested(ReasonSchema))


class ReasonsSchema(Schema):
    """All scores of one customer."""

    customer_id = fields.UUID()
    scores = fields.List(fields.Nested(ExplainedSchema))
