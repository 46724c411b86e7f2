"""What the API and the command line take and give back about insights and preferences."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.mining import deciding, insights
from guanxi_scoring.mining.insights import Tally
from guanxi_scoring.models import Insight, Preference


class ScoringInsightsQuerySchema(Schema):
    """Which insights are wanted."""

    state = fields.String(load_default="", validate=validate.OneOf(("", *insights.STATES)))
    kind = fields.String(load_default="", validate=validate.OneOf(("", *insights.KINDS)))


class ScoringInsightSchema(Schema):
    """A hypothesis, its evidence, and what was decided; ``statement`` in the caller's language.

    ``evidence`` holds figures of all customers: null for who may not see all of them.
    """

    id = fields.UUID()
    kind = fields.String()
    statement = fields.String()
    subject = fields.Dict()
    evidence = fields.Dict(allow_none=True)
    strength = fields.Float()
    state = fields.String()
    found_at = fields.DateTime()
    seen_at = fields.DateTime()
    as_of = fields.DateTime()
    expires_at = fields.DateTime()
    owner_name = fields.String(allow_none=True)
    decided_at = fields.DateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    version = fields.Integer()


class ScoringInsightsSchema(Schema):
    """Insights, how many there are by state, and which share of those decided was confirmed."""

    items = fields.List(fields.Nested(ScoringInsightSchema))
    by_state = fields.Dict()
    share_confirmed = fields.Float(allow_none=True)


class ScoringInsightDecisionSchema(Schema):
    """Confirm or reject, with why."""

    decision = fields.String(required=True, validate=validate.OneOf(insights.DECISIONS))
    reason = web.CleanText(500, required=True)


class ScoringEvidenceQuerySchema(Schema):
    """Which page is wanted."""

    cursor = web.Cursor()
    limit = web.Limit()


class ScoringEvidenceSchema(Schema):
    """The customers behind an insight that are within sight, by id."""

    items = fields.List(fields.UUID())
    next = fields.String(allow_none=True)


class ScoringPreferenceSchema(Schema):
    """What a customer seems to prefer: ``evidence`` of ``of`` occasions, ``usual`` among all."""

    dimension = fields.String()
    value = fields.String()
    evidence = fields.Integer()
    of = fields.Integer()
    usual = fields.Float()
    confidence = fields.Float()
    state = fields.String()
    said_by = fields.String(allow_none=True)
    decided_at = fields.DateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    version = fields.Integer()


class ScoringPreferencesSchema(Schema):
    """All preferences of a customer."""

    customer_id = fields.UUID()
    preferences = fields.List(fields.Nested(ScoringPreferenceSchema))


class ScoringPreferenceDecisionSchema(Schema):
    """What staff or the customer say of one preference."""

    dimension = fields.String(required=True)
    value = fields.String(required=True)
    decision = fields.String(required=True, validate=validate.OneOf(deciding.DECISIONS))
    said_by = fields.String(load_default="staff", validate=validate.OneOf(deciding.SAID_BY))
    reason = web.CleanText(500, load_default="")
    version = fields.Integer(strict=True, load_default=None, allow_none=True)


_INSIGHT = tuple(
    name for name in ScoringInsightSchema().fields if name not in {"statement", "evidence"}
)
_PREFERENCE = tuple(ScoringPreferenceSchema().fields)


def shown_insight(one: Insight, *, everybody: bool, statement: str | None = None) -> dict[str, Any]:
    """Return an insight as it is given out; figures only to who may see everybody."""
    shown = {name: getattr(one, name) for name in _INSIGHT}
    told = said(one.statement) if statement is None else statement
    return {**shown, "statement": told, "evidence": one.evidence if everybody else None}


def shown_tally(found: Tally) -> dict[str, Any]:
    """Return how many insights there are by state."""
    return {"by_state": dict(found.by_state), "share_confirmed": found.share_confirmed}


def shown_preference(one: Preference) -> dict[str, Any]:
    """Return a preference as it is given out."""
    return {name: getattr(one, name) for name in _PREFERENCE}
