"""Small surprises that staff give within their monthly budget."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import Forbidden, NotFound, current, web
from guanxi_loyalty.api.asking import actor, answer_once, in_sight, key_of, programme
from guanxi_loyalty.api.blueprint import GRANT, MANAGE, api
from guanxi_loyalty.api.rewards import customers_id
from guanxi_loyalty.models import Surprise
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards import IssueAsk
from guanxi_loyalty.schemas.rewards import (
    LoyaltyBudgetDraftSchema,
    LoyaltyBudgetSchema,
    LoyaltyReasonSchema,
    LoyaltySurpriseDraftSchema,
    LoyaltySurpriseSchema,
)
from guanxi_loyalty.surprises.budgets import budget_of, set_budget
from guanxi_loyalty.surprises.giving import give_surprise, take_surprise_back
from guanxi_loyalty.texts import N_


@api.get("/programmes/<key>/surprises/budget", permission=GRANT)
@api.response(200, LoyaltyBudgetSchema)
def show_budget(key: str) -> Response:
    """What whoever asks may still give this month."""
    session = current.session()
    found = budget_of(session, find_programme(session, key), _person(), now=current.now())
    body = {"month": found.month.isoformat(), "monthly": found.monthly, "spent": found.spent}
    return web.answer({**body, "left": found.left})


@api.put("/programmes/<key>/surprises/budget", permission=MANAGE)
@api.arguments(LoyaltyBudgetDraftSchema())
@api.response(204)
def put_budget(values: dict[str, Any], key: str) -> None:
    """Say what somebody may give in a month."""
    set_budget(
        current.tx(),
        programme(key),
        values["staff_id"],
        values["monthly"],
        now=current.now(),
        by=actor(),
    )


@api.post("/programmes/<key>/surprises", permission=GRANT)
@api.arguments(LoyaltySurpriseDraftSchema())
@api.response(201, LoyaltySurpriseSchema)
def give(values: dict[str, Any], key: str) -> Response:
    """Give a surprise out of the catalogue; the same key gives it once."""
    customer_id = customers_id(values["customer_id"])
    ask = IssueAsk(programme(key), key_of(values), current.now(), "staff", actor())
    given = give_surprise(
        current.tx(), ask, _person(), customer_id, values["reward"], reason=values["reason"]
    )
    return answer_once(_shown(given.surprise), {"code": given.code}, 201)


@api.post("/programmes/<key>/surprises/<uuid:surprise_id>/take-back", permission=GRANT)
@api.arguments(LoyaltyReasonSchema())
@api.response(200, LoyaltySurpriseSchema)
def take_back(values: dict[str, Any], key: str, surprise_id: UUID) -> Response:
    """Take a surprise back; whoever gave it may give something else for it."""
    session, at = current.tx(), programme(key)
    found = session.get(Surprise, surprise_id)
    if found is None or found.programme_id != at.id:
        raise NotFound(N_("There is no such surprise."))
    in_sight(session, found.customer_id)
    ask = IssueAsk(at, key_of({}), current.now(), "staff", actor())
    take_surprise_back(session, found, ask, values["reason"])
    return web.answer(_shown(found))


def _person() -> UUID:
    found: UUID | None = current.principal().user_id
    if found is None:
        raise Forbidden(N_("Only a person has a budget for surprises."))
    return found


def _shown(surprise: Surprise) -> dict[str, Any]:
    names = ("id", "customer_id", "cost", "state")
    return {"code": None, **{name: getattr(surprise, name) for name in names}}
