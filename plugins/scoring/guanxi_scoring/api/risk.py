"""Risk of customers: ratings with their agencies, appetite, mitigations, the coefficient."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import current, web
from guanxi_scoring.api.blueprint import ASSESS, RISK, api
from guanxi_scoring.risk import agencies, appetite, mitigations, ratings, reading
from guanxi_scoring.risk.mitigations import MitigationDraft
from guanxi_scoring.risk.ratings import RatingDraft
from guanxi_scoring.schemas.risk import (
    ScoringAgenciesSchema,
    ScoringAgencyDraftSchema,
    ScoringAgencySchema,
    ScoringAnswersDraftSchema,
    ScoringAnswersSchema,
    ScoringMitigationDraftSchema,
    ScoringMitigationSchema,
    ScoringQuestionnaireSchema,
    ScoringRatingDraftSchema,
    ScoringRatingSchema,
    ScoringRiskClassesSchema,
    ScoringRiskSchema,
    shown,
    shown_classes,
    shown_questionnaire,
    shown_whole,
)


@api.get("/risk", permission=RISK)
@api.response(200, ScoringRiskClassesSchema)
def show_risk_classes() -> Response:
    """How many customers in sight are in each class, of those of whom something is known."""
    return web.answer({"items": shown_classes(reading.by_class(current.session()))})


@api.get("/customers/<uuid:customer_id>/risk", permission=RISK)
@api.response(200, ScoringRiskSchema)
def show_risk(customer_id: UUID) -> Response:
    """Everything about the risk of a customer."""
    return web.answer(shown_whole(reading.whole(current.session(), customer_id)))


@api.post("/customers/<uuid:customer_id>/ratings", permission=ASSESS)
@api.arguments(ScoringRatingDraftSchema())
@api.response(201, ScoringRatingSchema)
def record_rating(values: dict[str, Any], customer_id: UUID) -> Response:
    """Record a rating; needs the customer's consent to credit assessment."""
    draft = RatingDraft(**values)
    made, _ = ratings.record_rating(current.tx(), customer_id, draft, now=current.now())
    return web.answer(shown(made, ScoringRatingSchema), 201)


@api.delete("/ratings/<uuid:rating_id>", permission=ASSESS)
@api.response(200, ScoringRatingSchema)
def withdraw_rating(rating_id: UUID) -> Response:
    """Withdraw a rating; it stays in the history."""
    found = ratings.withdraw_rating(current.tx(), rating_id, now=current.now())
    return web.answer(shown(found, ScoringRatingSchema))


@api.get("/agencies", permission=RISK)
@api.response(200, ScoringAgenciesSchema)
def list_agencies() -> Response:
    """The rating agencies at work, with their scales."""
    found = agencies.list_agencies(current.session())
    return web.answer({"items": [shown(one, ScoringAgencySchema) for one in found]})


@api.get("/agencies/<key>", permission=RISK, versioned=True)
@api.response(200, ScoringAgencySchema)
def show_agency(key: str) -> Response:
    """One agency."""
    found = agencies.get_agency(current.session(), key)
    return web.answer(shown(found, ScoringAgencySchema), version=found.version)


@api.put("/agencies/<key>", permission=ASSESS, versioned=True)
@api.arguments(ScoringAgencyDraftSchema())
@api.response(200, ScoringAgencySchema)
def save_agency(values: dict[str, Any], key: str) -> Response:
    """Make an agency or change it; with If-Match only if nobody was faster."""
    found = agencies.save_agency(
        current.tx(), key, values, expected_version=web.expected_version(), now=current.now()
    )
    return web.answer(shown(found, ScoringAgencySchema), version=found.version)


@api.get("/risk-questionnaire", permission=RISK)
@api.response(200, ScoringQuestionnaireSchema)
def show_questionnaire() -> Response:
    """The questionnaire of risk appetite."""
    return web.answer(shown_questionnaire())


@api.post("/customers/<uuid:customer_id>/risk-answers", permission=ASSESS)
@api.arguments(ScoringAnswersDraftSchema())
@api.response(201, ScoringAnswersSchema)
def record_answers(values: dict[str, Any], customer_id: UUID) -> Response:
    """Keep what a customer answered; the latest answers count."""
    made = appetite.record_answers(current.tx(), customer_id, **values, now=current.now())
    return web.answer(shown(made, ScoringAnswersSchema), 201)


@api.post("/customers/<uuid:customer_id>/mitigations", permission=ASSESS)
@api.arguments(ScoringMitigationDraftSchema())
@api.response(201, ScoringMitigationSchema)
def record_mitigation(values: dict[str, Any], customer_id: UUID) -> Response:
    """Record a mitigation; the coefficient is lower while it lasts."""
    draft = MitigationDraft(**values)
    made = mitigations.record_mitigation(current.tx(), customer_id, draft, now=current.now())
    return web.answer(shown(made, ScoringMitigationSchema), 201)


@api.delete("/mitigations/<uuid:mitigation_id>", permission=ASSESS)
@api.response(200, ScoringMitigationSchema)
def end_mitigation(mitigation_id: UUID) -> Response:
    """End a mitigation; it stays in the history."""
    found = mitigations.end_mitigation(current.tx(), mitigation_id, now=current.now())
    return web.answer(shown(found, ScoringMitigationSchema))
