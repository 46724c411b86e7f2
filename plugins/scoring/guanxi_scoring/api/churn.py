"""Lapse: the costs and what they lead to, whom to contact first, broken rhythms."""

from datetime import date
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from guanxi.sdk import current, web
from guanxi_scoring.api.blueprint import MANAGE, VIEW, api
from guanxi_scoring.churn import breaks, contacting, places
from guanxi_scoring.churn import policy as costs
from guanxi_scoring.churn.rhythm.refreshing import as_of
from guanxi_scoring.company import company
from guanxi_scoring.schemas.churn import (
    ScoringBreaksSchema,
    ScoringLapseCostsPatchSchema,
    ScoringLapseCostsSchema,
    ScoringLapseListSchema,
    ScoringLapseOutlookSchema,
    ScoringLapseSchema,
    ScoringToContactListSchema,
    shown_break,
    shown_contact,
    shown_costs,
    shown_lapse,
    shown_outlook,
)


@api.get("/lapse", permission=VIEW)
@api.response(200, ScoringLapseSchema)
def show_lapse() -> Response:
    """The costs in force, what they lead to, how many rhythms are broken."""
    session = current.session()
    policy = costs.policy_of(session)
    found = contacting.outlook(session, policy)
    return web.answer(shown_lapse(session, policy, found, breaks.count_broken(session)))


@api.get("/lapse/costs", permission=VIEW, versioned=True)
@api.response(200, ScoringLapseCostsSchema)
def show_lapse_costs() -> Response:
    """What contacting costs and saves."""
    policy = costs.policy_of(current.session())
    return web.answer(shown_costs(policy), version=policy.version)


@api.patch("/lapse/costs", permission=MANAGE, versioned=True)
@api.arguments(ScoringLapseCostsPatchSchema())
@api.response(200, ScoringLapseCostsSchema)
def change_lapse_costs(values: dict[str, Any]) -> Response:
    """Set costs; with If-Match only if nobody was faster. Classes follow at once."""
    session, now = current.tx(), current.now()
    policy = costs.change(session, values, now=now, expected_version=web.expected_version())
    contacting.ask_for_threshold(session)
    return web.answer(shown_costs(policy), version=policy.version)


@api.post("/lapse/preview", permission=VIEW)
@api.arguments(ScoringLapseCostsPatchSchema())
@api.response(200, ScoringLapseOutlookSchema)
def preview_lapse(values: dict[str, Any]) -> Response:
    """What other costs would lead to; nothing is stored."""
    session = current.session()
    wanted = costs.draft(session, values)
    return web.answer(shown_outlook(contacting.outlook(session, wanted)))


@api.get("/lapse/customers", permission=VIEW)
@api.arguments(ScoringLapseListSchema(), location="query")
@api.response(200, ScoringToContactListSchema)
def list_to_contact(query: dict[str, Any]) -> Response:
    """Whom to contact, the greatest expected gain first."""
    session, limit = current.session(), query["limit"]
    policy, after = costs.policy_of(session), places.gain_place(query.get("cursor"))
    rows = contacting.to_contact(session, policy, limit=limit + 1, after=after)
    last = rows[limit - 1] if len(rows) > limit else None
    following = places.cursor_of(last.gain, last.customer_id) if last else None
    items = [shown_contact(one) for one in rows[:limit]]
    return web.answer({"items": items, "currency": policy.currency, "next": following})


@api.get("/lapse/rhythms", permission=VIEW)
@api.arguments(ScoringLapseListSchema(), location="query")
@api.response(200, ScoringBreaksSchema)
def list_breaks(query: dict[str, Any]) -> Response:
    """Broken rhythms, the latest first."""
    session, limit = current.session(), query["limit"]
    after = places.day_place(query.get("cursor"))
    rows = breaks.broken(session, limit=limit + 1, after=after)
    last = rows[limit - 1] if len(rows) > limit else None
    following = places.cursor_of(last.warn_on, last.customer_id) if last else None
    today = _today(session)
    return web.answer({"items": [shown_break(one, today) for one in rows[:limit]],
                       "next": following})  # fmt: skip


def _today(session: Session) -> date:
    return company(session).day(as_of(session, current.now()))
