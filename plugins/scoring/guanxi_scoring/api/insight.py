"""Insight: weeks out of the ordinary, potentials, kept analyses, reports for the board."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import current, web
from guanxi_scoring.api.blueprint import DECIDE, MANAGE, VIEW, api
from guanxi_scoring.churn.places import gain_place
from guanxi_scoring.insight import anomalies, places, potential
from guanxi_scoring.insight.analyses import keeping
from guanxi_scoring.insight.board import freezing
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.schemas.insight import (
    ScoringAnalysesSchema,
    ScoringAnalysisDraftSchema,
    ScoringAnalysisSchema,
    ScoringAnomaliesQuerySchema,
    ScoringAnomaliesSchema,
    ScoringAnomalyDecisionSchema,
    ScoringAnomalySchema,
    ScoringBoardReportDraftSchema,
    ScoringBoardReportSchema,
    ScoringBoardReportsSchema,
    ScoringPotentialsQuerySchema,
    ScoringPotentialsSchema,
    shown_analysis,
    shown_anomaly,
    shown_potential,
    shown_report,
)
from guanxi_scoring.sight import require_all, scope


@api.get("/anomalies", permission=VIEW)
@api.arguments(ScoringAnomaliesQuerySchema(), location="query")
@api.response(200, ScoringAnomaliesSchema)
def list_anomalies(query: dict[str, Any]) -> Response:
    """Weeks out of the ordinary, the latest first; for who sees all customers."""
    require_all()
    limit, after = query["limit"], places.week_place(query.get("cursor"))
    found = anomalies.latest(current.session(), state=query["state"], limit=limit + 1, after=after)
    last = found[limit - 1] if len(found) > limit else None
    following = places.cursor_of(last.week_on, last.figure) if last else None
    return web.answer({"items": [shown_anomaly(one) for one in found[:limit]], "next": following})


@api.get("/anomalies/<figure>/<week_on>", permission=VIEW, versioned=True)
@api.response(200, ScoringAnomalySchema)
def show_anomaly(figure: str, week_on: str) -> Response:
    """One week's figure."""
    require_all()
    found = anomalies.find_one(current.session(), figure, anomalies.week_of(week_on))
    return web.answer(shown_anomaly(found), version=found.version)


@api.patch("/anomalies/<figure>/<week_on>", permission=DECIDE, versioned=True)
@api.arguments(ScoringAnomalyDecisionSchema())
@api.response(200, ScoringAnomalySchema)
def decide_anomaly(values: dict[str, Any], figure: str, week_on: str) -> Response:
    """Say what it was, or dismiss it."""
    require_all()
    found = anomalies.decide(
        current.tx(), figure, anomalies.week_of(week_on), values["state"], values["note"],
        by=current.principal().name, now=current.now(), expected_version=web.expected_version(),
    )  # fmt: skip
    return web.answer(shown_anomaly(found), version=found.version)


@api.get("/potentials", permission=VIEW)
@api.arguments(ScoringPotentialsQuerySchema(), location="query")
@api.response(200, ScoringPotentialsSchema)
def list_potentials(query: dict[str, Any]) -> Response:
    """Customers in sight by what more can be expected of them."""
    limit, after = query["limit"], gain_place(query.get("cursor"))
    found = potential.ranked(current.session(), limit=limit + 1, after=after)
    last = found[limit - 1] if len(found) > limit else None
    following = places.cursor_of(last.gap, last.customer_id) if last else None
    return web.answer({"items": [shown_potential(one) for one in found[:limit]], "next": following})


@api.get("/analyses", permission=VIEW)
@api.response(200, ScoringAnalysesSchema)
def list_analyses() -> Response:
    """All kept questions by title."""
    found = keeping.analyses(current.session())
    return web.answer({"items": [shown_analysis(one) for one in found]})


@api.post("/analyses", permission=VIEW)
@api.arguments(ScoringAnalysisDraftSchema())
@api.response(201, ScoringAnalysisSchema)
def make_analysis(values: dict[str, Any]) -> Response:
    """Keep a question; it is run when somebody asks."""
    found = keeping.make(
        current.tx(), values["title"], values["definition"], _who(), now=current.now()
    )
    return web.answer(shown_analysis(found), 201, version=found.version)


@api.get("/analyses/<uuid:analysis_id>", permission=VIEW, versioned=True)
@api.response(200, ScoringAnalysisSchema)
def show_analysis(analysis_id: UUID) -> Response:
    """A kept question, without its last answer: that was to whoever asked then."""
    found = keeping.find_analysis(current.session(), analysis_id)
    return web.answer(shown_analysis(found), version=found.version)


@api.put("/analyses/<uuid:analysis_id>", permission=VIEW, versioned=True)
@api.arguments(ScoringAnalysisDraftSchema())
@api.response(200, ScoringAnalysisSchema)
def change_analysis(values: dict[str, Any], analysis_id: UUID) -> Response:
    """Change one's own question."""
    found = keeping.change(
        current.tx(), analysis_id, values["title"], values["definition"], _who(),
        now=current.now(), expected_version=web.expected_version(),
    )  # fmt: skip
    return web.answer(shown_analysis(found), version=found.version)


@api.post("/analyses/<uuid:analysis_id>/run", permission=VIEW)
@api.response(200, ScoringAnalysisSchema)
def run_analysis(analysis_id: UUID) -> Response:
    """Ask it now, of the customers in sight."""
    found, rows = keeping.run(current.tx(), analysis_id, _who(), scope=scope(), now=current.now())
    return web.answer(shown_analysis(found, rows))


@api.delete("/analyses/<uuid:analysis_id>", permission=VIEW, versioned=True)
@api.response(204)
def delete_analysis(analysis_id: UUID) -> None:
    """Throw one's own question away."""
    keeping.throw_away(current.tx(), analysis_id, _who(), expected_version=web.expected_version())


@api.get("/board/reports", permission=VIEW)
@api.response(200, ScoringBoardReportsSchema)
def list_board_reports() -> Response:
    """Reports for the board, the latest first; for who sees all customers."""
    require_all()
    found = freezing.reports(current.session())
    return web.answer({"items": [shown_report(one) for one in found]})


@api.post("/board/reports", permission=MANAGE)
@api.arguments(ScoringBoardReportDraftSchema())
@api.response(201, ScoringBoardReportSchema)
def make_board_report(values: dict[str, Any]) -> Response:
    """Freeze the figures of now, or as of an instant."""
    require_all()
    now = current.now()
    found = freezing.freeze(
        current.tx(), values["title"], as_of=values["as_of"] or now,
        by=current.principal().name, now=now, classes=values["classes"],
    )  # fmt: skip
    return web.answer(shown_report(found, figures=True), 201)


@api.get("/board/reports/<uuid:report_id>", permission=VIEW)
@api.response(200, ScoringBoardReportSchema)
def show_board_report(report_id: UUID) -> Response:
    """A report with its frozen figures."""
    require_all()
    found = freezing.find_report(current.session(), report_id)
    return web.answer(shown_report(found, figures=True))


def _who() -> Decider:
    person = current.principal()
    return Decider(person.name, person.user_id)
