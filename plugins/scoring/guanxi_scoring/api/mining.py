"""Insights with the customers behind them, preferences, and what people decide about both."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from guanxi.sdk import Customer, NotFound, current, customers, web
from guanxi_scoring.api.blueprint import DECIDE, VIEW, api
from guanxi_scoring.lifetime.finding import place_of
from guanxi_scoring.mining import deciding, evidence, insights
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.models import Insight
from guanxi_scoring.schemas.mining import (
    ScoringEvidenceQuerySchema,
    ScoringEvidenceSchema,
    ScoringInsightDecisionSchema,
    ScoringInsightSchema,
    ScoringInsightsQuerySchema,
    ScoringInsightsSchema,
    ScoringPreferenceDecisionSchema,
    ScoringPreferenceSchema,
    ScoringPreferencesSchema,
    shown_insight,
    shown_preference,
    shown_tally,
)
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import N_


@api.get("/insights", permission=VIEW)
@api.arguments(ScoringInsightsQuerySchema(), location="query")
@api.response(200, ScoringInsightsSchema)
def list_insights(query: dict[str, Any]) -> Response:
    """What mining put forward, and what people think of it."""
    session = current.session()
    found = [
        one for one in insights.list_insights(session, **query) if evidence.visible(session, one)
    ]
    items = [shown_insight(one, everybody=sees_all()) for one in found]
    return web.answer({"items": items, **shown_tally(insights.tally(session))})


@api.get("/insights/<uuid:insight_id>", permission=VIEW, versioned=True)
@api.response(200, ScoringInsightSchema)
def show_insight(insight_id: UUID) -> Response:
    """One insight."""
    found = _visible(insight_id)
    return web.answer(shown_insight(found, everybody=sees_all()), version=found.version)


@api.post("/insights/<uuid:insight_id>/decision", permission=DECIDE, versioned=True)
@api.arguments(ScoringInsightDecisionSchema())
@api.response(200, ScoringInsightSchema)
def decide_insight(values: dict[str, Any], insight_id: UUID) -> Response:
    """Confirm or reject an insight; with If-Match only if nobody was faster."""
    _visible(insight_id)
    who = current.principal()
    found = insights.decide(
        current.tx(),
        insight_id,
        values["decision"],
        values["reason"],
        by=Decider(who.name, who.user_id),
        now=current.now(),
        version=web.expected_version(),
    )
    return web.answer(shown_insight(found, everybody=sees_all()), version=found.version)


@api.get("/insights/<uuid:insight_id>/customers", permission=VIEW)
@api.arguments(ScoringEvidenceQuerySchema(), location="query")
@api.response(200, ScoringEvidenceSchema)
def list_evidence(query: dict[str, Any], insight_id: UUID) -> Response:
    """The customers behind an insight that are within sight, page by page."""
    session, limit = current.session(), query["limit"]
    wanted = (
        select(Customer.id)
        .where(
            evidence.about(session, _visible(insight_id)),
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
        )
        .order_by(Customer.id)
        .limit(limit + 1)
    )
    after = place_of(query.get("cursor"))
    rows = session.scalars(wanted if after is None else wanted.where(Customer.id > after)).all()
    following = web.encode_cursor([str(rows[limit - 1])]) if len(rows) > limit else None
    return web.answer({"items": rows[:limit], "next": following})


@api.get("/customers/<uuid:customer_id>/preferences", permission=VIEW)
@api.response(200, ScoringPreferencesSchema)
def list_preferences(customer_id: UUID) -> Response:
    """What a customer seems to prefer, and what was said of it."""
    session = current.session()
    found = customers.get(session, customer_id).id
    items = [shown_preference(one) for one in deciding.preferences_of(session, found)]
    return web.answer({"customer_id": found, "preferences": items})


@api.post("/customers/<uuid:customer_id>/preferences/decision", permission=DECIDE)
@api.arguments(ScoringPreferenceDecisionSchema())
@api.response(200, ScoringPreferenceSchema)
def decide_preference(values: dict[str, Any], customer_id: UUID) -> Response:
    """Confirm a preference, or reject it for good."""
    session = current.tx()
    found = customers.get(session, customer_id).id
    about = (values.pop("dimension"), values.pop("value"))
    decision = values.pop("decision")
    made = deciding.decide_preference(session, found, about, decision, **values, now=current.now())
    return web.answer(shown_preference(made))


def _visible(insight_id: UUID) -> Insight:
    session = current.session()
    found = insights.get_insight(session, insight_id)
    if not evidence.visible(session, found):
        raise NotFound(N_("There is no such insight."))
    return found
