"""What the API takes and gives back about reports: one schema for each, from its columns."""

from typing import Any, Final

from marshmallow import Schema, fields

from guanxi_loyalty.reports.asking import Question
from guanxi_loyalty.reports.tables import REPORTS, Column, Report, Table


class LoyaltyReportQuerySchema(Schema):
    """Of which programme, over which days in its zone, as of which instant.

    Without days: the last twelve months, or those up to the last thing that happened.
    """

    programme = fields.String(required=True)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    as_of = fields.AwareDateTime(load_default=None)


def _field(column: Column) -> fields.Field[Any]:
    more: dict[str, Any] = {"required": True, "allow_none": True}
    more["metadata"] = {"description": column.title.en}
    if column.kind in ("money", "rate"):
        return fields.Decimal(as_string=True, **more)
    if column.kind == "units":
        return fields.Integer(**more)
    if column.kind == "month":
        return fields.Date(**more)
    return fields.AwareDateTime(**more) if column.kind == "instant" else fields.String(**more)


def _schema(report: Report) -> Schema:
    name = f"LoyaltyReport{report.name.title()}"
    row = Schema.from_dict(
        {column.key: _field(column) for column in report.columns}, name=f"{name}RowSchema"
    )
    answer: Any = {
        "programme": fields.String(required=True),
        "currency": fields.String(required=True),
        "time_zone": fields.String(required=True),
        "since": fields.Date(required=True),
        "until": fields.Date(required=True),
        "as_of": fields.AwareDateTime(required=True),
        "items": fields.List(fields.Nested(row), required=True),
    }
    return Schema.from_dict(answer, name=f"{name}Schema")()


ANSWERS: Final = {name: _schema(report) for name, report in REPORTS.items()}


def shown_report(question: Question, table: Table) -> dict[str, Any]:
    """Return a report with what was asked."""
    return {
        "programme": question.programme.key,
        "currency": question.unit.currency,
        "time_zone": str(question.unit.zone),
        "since": question.since,
        "until": question.until,
        "as_of": question.as_of,
        "items": table.records(),
    }
