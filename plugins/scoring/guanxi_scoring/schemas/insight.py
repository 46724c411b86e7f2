"""What the API and the command line take and give back about insight."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_scoring.insight.analyses.definition import MEASURES, MOST_CONDITIONS
from guanxi_scoring.insight.anomalies import DECISIONS, STATES
from guanxi_scoring.insight.figures import FIGURES
from guanxi_scoring.insight.potential import Ranked
from guanxi_scoring.models import Analysis, Anomaly, BoardReport


class ScoringAnomalySchema(Schema):
    """A week's figure far from what the weeks before let expect."""

    figure = fields.String(validate=validate.OneOf(list(FIGURES)))
    week_on = fields.Date()
    value = fields.Decimal(as_string=True)
    expected = fields.Decimal(as_string=True)
    low = fields.Decimal(as_string=True)
    high = fields.Decimal(as_string=True)
    score = fields.Float()
    state = fields.String(validate=validate.OneOf(STATES))
    note = fields.String(allow_none=True)
    decided_at = fields.DateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    version = fields.Integer()


class ScoringAnomaliesQuerySchema(Schema):
    """Which page is wanted, and in which state."""

    limit = web.Limit()
    cursor = web.Cursor()
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))


class ScoringAnomaliesSchema(Schema):
    """Anomalies, the latest week first."""

    items = fields.List(fields.Nested(ScoringAnomalySchema))
    next = fields.String(allow_none=True)


class ScoringAnomalyDecisionSchema(Schema):
    """What it was, or that it was nothing."""

    state = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    note = web.CleanText(500, load_default="")


class ScoringPotentialSchema(Schema):
    """A customer with what more can be expected; money in ``currency``."""

    customer_id = fields.UUID()
    name = fields.String()
    expected = fields.Decimal(as_string=True)
    now = fields.Decimal(as_string=True)
    gap = fields.Decimal(as_string=True)
    currency = fields.String()


class ScoringPotentialsQuerySchema(Schema):
    """Which page is wanted."""

    limit = web.Limit()
    cursor = web.Cursor()


class ScoringPotentialsSchema(Schema):
    """Customers in sight, the greatest potential first."""

    items = fields.List(fields.Nested(ScoringPotentialSchema))
    next = fields.String(allow_none=True)


class ScoringQuestionSchema(Schema):
    """What is asked: see the documentation of saved analyses."""

    measure = fields.String(required=True, validate=validate.OneOf(MEASURES))
    of = fields.String(load_default=None, allow_none=True)
    by = fields.String(load_default=None, allow_none=True)
    where = fields.List(
        fields.List(fields.String(), validate=validate.Length(equal=3)),
        load_default=list,
        validate=validate.Length(max=MOST_CONDITIONS),
    )


class ScoringAnalysisDraftSchema(Schema):
    """A question with a title."""

    title = web.CleanText(120, filled=True, required=True)
    definition = fields.Nested(ScoringQuestionSchema, required=True)


class ScoringAnalysisRowSchema(Schema):
    """A value, how many customers have it, and the measure of them."""

    key = fields.Raw(allow_none=True)
    customers = fields.Integer()
    value = fields.String(allow_none=True)


class ScoringAnalysisSchema(Schema):
    """A kept question; ``rows`` are there right after it was run."""

    id = fields.UUID()
    title = fields.String()
    definition = fields.Nested(ScoringQuestionSchema)
    owner_name = fields.String()
    last_run_at = fields.DateTime(allow_none=True)
    last_run_by = fields.String(allow_none=True)
    rows = fields.List(fields.Nested(ScoringAnalysisRowSchema), allow_none=True)
    version = fields.Integer()


class ScoringAnalysesSchema(Schema):
    """All kept questions by title."""

    items = fields.List(fields.Nested(ScoringAnalysisSchema))


class ScoringBoardReportDraftSchema(Schema):
    """A report for the board: its title, as of when, classes of the map of white space."""

    title = web.CleanText(120, filled=True, required=True)
    as_of = fields.AwareDateTime(load_default=None, allow_none=True)
    classes = fields.String(load_default="", validate=validate.Length(max=120))


class ScoringBoardReportHeadSchema(Schema):
    """A report without its figures."""

    id = fields.UUID()
    title = fields.String()
    as_of = fields.DateTime()
    currency = fields.String()
    made_at = fields.DateTime()
    made_by = fields.String()


class ScoringBoardReportSchema(ScoringBoardReportHeadSchema):
    """A report with its frozen figures."""

    figures = fields.Dict()


class ScoringBoardReportsSchema(Schema):
    """All reports, the latest first; without their figures."""

    items = fields.List(fields.Nested(ScoringBoardReportHeadSchema))


def shown_anomaly(one: Anomaly) -> dict[str, Any]:
    """Return an anomaly as JSON values."""
    names = (
        *("figure", "week_on", "value", "expected", "low", "high", "score", "state"),
        *("note", "decided_at", "decided_by", "version"),
    )
    return {name: getattr(one, name) for name in names}


def shown_potential(one: Ranked) -> dict[str, Any]:
    """Return a customer's potential as JSON values."""
    names = ("customer_id", "name", "expected", "now", "gap", "currency")
    return {name: getattr(one, name) for name in names}


def shown_analysis(one: Analysis, rows: Any = None) -> dict[str, Any]:
    """Return a kept question as JSON values."""
    names = ("id", "title", "definition", "owner_name", "last_run_at", "last_run_by", "version")
    found = {name: getattr(one, name) for name in names}
    told = None if rows is None else [
        {"key": row.key, "customers": row.customers,
         "value": None if row.value is None else str(row.value)}
        for row in rows
    ]  # fmt: skip
    return {**found, "rows": told}


def shown_report(one: BoardReport, *, figures: bool = False) -> dict[str, Any]:
    """Return a report as JSON values."""
    names = ["id", "title", "as_of", "currency", "made_at", "made_by"]
    return {name: getattr(one, name) for name in [*names, *(["figures"] if figures else [])]}
