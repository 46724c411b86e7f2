"""Planned contacts, unassigned purchases by hint, and how well contacts work."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.http import current
from guanxi.touchpoints.api.blueprint import EDIT, VIEW, answer, api
from guanxi.touchpoints.domain import planning
from guanxi.touchpoints.domain.effectiveness import effectiveness
from guanxi.touchpoints.domain.planning import Plan
from guanxi.touchpoints.models import PlannedContact
from guanxi.touchpoints.schemas.plans import (
    EffectivenessListSchema,
    OfCustomerSchema,
    PlanSchema,
    PlansSchema,
    RangeSchema,
    ShownPlanSchema,
    shown_effectiveness,
    shown_plan,
)


@api.get("/planned-contacts", permission=VIEW)
@api.arguments(OfCustomerSchema(), location="query")
@api.response(200, PlansSchema)
def list_plans(query: dict[str, Any]) -> Response:
    """The next contacts planned with a customer, soonest first."""
    found = planning.planned(current.session(), query["customer_id"], limit=50)
    return answer({"items": [shown_plan(plan) for plan in found]})


@api.post("/planned-contacts", permission=EDIT)
@api.arguments(PlanSchema())
@api.response(201, ShownPlanSchema)
def plan_contact(values: dict[str, Any]) -> Response:
    """Plan a contact."""
    session = current.tx()
    plan_id = planning.plan_contact(session, Plan(**values), now=current.now())
    return answer(shown_plan(session.get_one(PlannedContact, plan_id)), 201)


@api.post("/planned-contacts/<uuid:plan_id>/cancel", permission=EDIT)
@api.response(204)
def cancel_plan(plan_id: UUID) -> None:
    """Give up a planned contact."""
    planning.cancel(current.tx(), plan_id, now=current.now())


@api.get("/touchpoints/effectiveness", permission=VIEW)
@api.arguments(RangeSchema(), location="query")
@api.response(200, EffectivenessListSchema)
def show_effectiveness(query: dict[str, Any]) -> Response:
    """How many of our contacts were answered within a week, and how many succeeded."""
    rows = effectiveness(current.session(), query["by"], since=query["since"], until=query["until"])
    return answer({"items": shown_effectiveness(rows)})
