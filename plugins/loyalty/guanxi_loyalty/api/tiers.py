"""Tiers: their versions for admins, and where a member stands."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from guanxi.sdk import NotFound, current, web
from guanxi_loyalty.api.asking import actor, in_sight, programme
from guanxi_loyalty.api.blueprint import MANAGE, VIEW, api
from guanxi_loyalty.models import TierChange, TierPolicy
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.schemas.tiers import (
    LoyaltyMemberTierSchema,
    LoyaltyTierChangeSchema,
    LoyaltyTiersDraftSchema,
    LoyaltyTierVersionSchema,
    LoyaltyTierVersionsSchema,
)
from guanxi_loyalty.texts import N_
from guanxi_loyalty.tiers.policies import set_tiers, tiers_of
from guanxi_loyalty.tiers.standing import tier_of

LATEST = 50


@api.get("/programmes/<key>/tiers", permission=VIEW)
@api.response(200, LoyaltyTierVersionsSchema)
def list_tiers(key: str) -> Response:
    """All versions of the tiers, the first one first; none is ever changed."""
    session = current.session()
    wanted = select(TierPolicy).where(TierPolicy.programme_id == find_programme(session, key).id)
    found = session.scalars(wanted.order_by(TierPolicy.in_force_from))
    return web.answer({"items": [_version(one) for one in found]})


@api.post("/programmes/<key>/tiers", permission=MANAGE)
@api.arguments(LoyaltyTiersDraftSchema())
@api.response(201, LoyaltyTierVersionSchema)
def change_tiers(values: dict[str, Any], key: str) -> Response:
    """Put other tiers in force; all members are looked at again in the background."""
    made = set_tiers(
        current.tx(),
        programme(key),
        values["definition"],
        now=current.now(),
        by=actor(),
        since=values["since"],
    )
    return web.answer(_version(made), 201)


@api.get("/programmes/<key>/members/<uuid:customer_id>/tier", permission=VIEW)
@api.response(200, LoyaltyMemberTierSchema)
def show_member_tier(key: str, customer_id: UUID) -> Response:
    """In which tier a member is now, since when, and the latest changes."""
    session = current.session()
    found = find_programme(session, key)
    in_sight(session, customer_id)
    book = tiers_of(session, found)
    if book is None:
        raise NotFound(N_("The programme has no tiers."))
    tier, since = tier_of(session, book, customer_id, now=current.now())
    wanted = select(TierChange).where(
        TierChange.programme_id == found.id, TierChange.customer_id == customer_id
    )
    latest = wanted.order_by(TierChange.at.desc(), TierChange.number.desc()).limit(LATEST)
    changes = [_change(one) for one in session.scalars(latest)]
    return web.answer({"tier": tier, "since": since, "changes": changes})


def _version(policy: TierPolicy) -> dict[str, Any]:
    return {"since": policy.in_force_from, "definition": policy.definition}


def _change(change: TierChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in LoyaltyTierChangeSchema().fields}
