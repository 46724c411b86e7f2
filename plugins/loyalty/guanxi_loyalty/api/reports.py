"""Reports: of all members of a programme, as of an instant."""

from typing import Any

from flask import Response

from guanxi.sdk import current, web
from guanxi_loyalty.api.blueprint import REPORTS, api
from guanxi_loyalty.reports.asking import ask
from guanxi_loyalty.reports.tables import table_of
from guanxi_loyalty.schemas.reports import ANSWERS, LoyaltyReportQuerySchema, shown_report
from guanxi_loyalty.sight import require_all

_QUERY = LoyaltyReportQuerySchema()


@api.get("/reports/members", permission=REPORTS)
@api.arguments(_QUERY, location="query")
@api.response(200, ANSWERS["members"])
def report_members(query: dict[str, Any]) -> Response:
    """Members by month: joined, enrolled at its end, active in it."""
    return _report("members", query)


@api.get("/reports/tiers", permission=REPORTS)
@api.arguments(_QUERY, location="query")
@api.response(200, ANSWERS["tiers"])
def report_tiers(query: dict[str, Any]) -> Response:
    """How many members are in each tier."""
    return _report("tiers", query)


@api.get("/reports/months", permission=REPORTS)
@api.arguments(_QUERY, location="query")
@api.response(200, ANSWERS["months"])
def report_months(query: dict[str, Any]) -> Response:
    """Points earned and spent by month; opening and movements make the closing, to the unit."""
    return _report("months", query)


@api.get("/reports/redemption", permission=REPORTS)
@api.arguments(_QUERY, location="query")
@api.response(200, ANSWERS["redemption"])
def report_redemption(query: dict[str, Any]) -> Response:
    """Spent as part of issued: by month, in the months together, since the beginning."""
    return _report("redemption", query)


@api.get("/reports/expiring", permission=REPORTS)
@api.arguments(_QUERY, location="query")
@api.response(200, ANSWERS["expiring"])
def report_expiring(query: dict[str, Any]) -> Response:
    """What runs out within 30, 60 and 90 days."""
    return _report("expiring", query)


@api.get("/reports/campaigns", permission=REPORTS)
@api.arguments(_QUERY, location="query")
@api.response(200, ANSWERS["campaigns"])
def report_campaigns(query: dict[str, Any]) -> Response:
    """What campaigns cost, and what they did against those who were held back."""
    return _report("campaigns", query)


@api.get("/reports/liability", permission=REPORTS)
@api.arguments(_QUERY, location="query")
@api.response(200, ANSWERS["liability"])
def report_liability(query: dict[str, Any]) -> Response:
    """Outstanding points, and the contract liability with breakage after IFRS 15."""
    return _report("liability", query)


def _report(name: str, query: dict[str, Any]) -> Response:
    require_all()
    session = current.session()
    question = ask(session, query.pop("programme"), now=current.now(), **query)
    return web.answer(shown_report(question, table_of(session, name, question)))
