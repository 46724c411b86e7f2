"""The installation in figures by API, the same as ``guanxi stats --json``."""

from flask import Response
from marshmallow import Schema, fields

from guanxi.db import json
from guanxi.http import current
from guanxi.http.routes import Api
from guanxi.operations.stats import stats

api = Api("stats", __name__, description="The installation in figures")


class StatsSchema(Schema):
    """How much there is of what; amounts are decimal strings by currency."""

    customers = fields.Dict(values=fields.Integer())
    touchpoints = fields.Dict(metadata={"description": "By kind: count, unassigned, amount."})
    touchpoint_lines = fields.Integer()
    touchpoints_voided = fields.Integer()
    rewards = fields.Dict(values=fields.Integer())
    events = fields.Dict(values=fields.Integer())
    backlog = fields.Dict(values=fields.Integer())


@api.get("", permission="health.view")
@api.response(200, StatsSchema)
def show_stats() -> Response:
    """Customers, touchpoints by kind with sums by currency, rewards, events, plugins' backlog.

    It counts whole tables, so ask for it once a day rather than once a minute.
    """
    found = stats(current.session(), now=current.now())
    return Response(json.dumps_bytes(found), content_type="application/json")
